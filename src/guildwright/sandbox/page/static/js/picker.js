/** A searchable list in a popup: selects of messages and modals, the switch of the acting person. */

import { h } from "./dom.js";
import { Listbox, matching } from "./listbox.js";
import { showPopup } from "./popup.js";

/**
 * @typedef {import("./listbox.js").Item} Item
 * @typedef {{label: string, items: Item[], chosen?: any[], max?: number, min?: number, className?: string, prefer?: "above" | "below", onDone: (values: any[]) => void, searchable?: boolean}} PickerOptions
 */

/** Let the person choose; one value is taken at once, several when the list is left. @param {Element} anchor @param {PickerOptions} options */
export function showPicker(anchor, { label, items, chosen = [], max = 1, min = 1, className = "", prefer, onDone }) {
  const multiple = max > 1;
  let done = false;
  const list = new Listbox({ label, multiple, onChoose: (item) => (multiple ? toggle(item) : finish([item.value])) });
  list.chosen = new Set(chosen);

  const search = h("input", {
    type: "text",
    class: "picker-search",
    placeholder: "Search",
    "aria-label": `${label}: search`,
    autocomplete: "off",
    spellcheck: "false",
  });
  const count = h("span", { class: "picker-count" });
  const apply = h(
    "button",
    { type: "button", class: "button button-primary button-small", onclick: () => finish([...list.chosen]) },
    "Done",
  );
  const foot = multiple && h("div", { class: "picker-foot" }, count, apply);
  const close = showPopup(anchor, h("div", { class: "picker" }, search, list.root, foot), {
    className: `popup-picker ${className}`,
    label,
    prefer,
    onClose: leave,
  });

  list.attach(search);
  search.addEventListener("input", () => list.show(matching(items, search.value)));
  search.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (list.takeKey(event)) return;
    if (event.key === "Enter") {
      event.preventDefault();
      list.choose();
    } else if (event.key === "Tab" && !multiple) close();
  });
  const firstChosen = items.findIndex((item) => list.chosen.has(item.value));
  list.show(items, Math.max(0, firstChosen));
  say();
  search.focus();

  /** @param {Item} item */
  function toggle(item) {
    if (list.chosen.has(item.value)) list.chosen.delete(item.value);
    else if (list.chosen.size < max) list.chosen.add(item.value);
    list.draw();
    say();
  }
  function say() {
    count.textContent = `${list.chosen.size} of ${max} chosen${list.chosen.size < min ? `, at least ${min} needed` : ""}`;
    apply.disabled = list.chosen.size < min;
  }
  /** @param {any[]} values */
  function finish(values) {
    done = true;
    close();
    onDone(values);
  }
  function leave() {
    const changed = chosen.length !== list.chosen.size || chosen.some((value) => !list.chosen.has(value));
    if (multiple && !done && changed && list.chosen.size >= min) finish([...list.chosen]);
  }
}
