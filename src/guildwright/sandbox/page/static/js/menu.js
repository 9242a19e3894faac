/** Context menus. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { closePopup, showPopup } from "./popup.js";

/** @typedef {{label: string, icon?: string, danger?: boolean, note?: string, run: () => void} | "line" | {heading: string}} Entry */

/** @param {Element | {x: number, y: number}} anchor @param {string} label @param {(Entry | null | false | undefined)[]} entries */
export function showMenu(anchor, label, entries) {
  const given = /** @type {Entry[]} */ (entries.filter(Boolean));
  const shown = given.filter((entry, index) => entry !== "line" || (index > 0 && index < given.length - 1));
  const list = h("div", { class: "menu" }, shown.map(drawEntry));
  showPopup(anchor, list, { className: "popup-menu", label, role: "menu" });
  list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => moveFocus(list, event));
  list.querySelector("button")?.focus();
}

/** @param {Entry} entry */
function drawEntry(entry) {
  if (entry === "line") return h("hr");
  if ("heading" in entry) return h("div", { class: "menu-heading" }, entry.heading);
  const button = h(
    "button",
    { type: "button", role: "menuitem", class: entry.danger ? "danger" : "" },
    h("span", { class: "menu-label", dir: "auto" }, entry.label),
    entry.note && h("span", { class: "menu-note" }, entry.note),
    entry.icon && icon(entry.icon),
  );
  button.addEventListener("click", () => {
    closePopup();
    entry.run();
  });
  return button;
}

/** @param {HTMLElement} list @param {KeyboardEvent} event */
function moveFocus(list, event) {
  const steps = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1 });
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...list.querySelectorAll("button")];
  const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  buttons[(at + step + buttons.length) % buttons.length].focus();
}
