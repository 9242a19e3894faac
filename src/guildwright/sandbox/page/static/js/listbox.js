/**
 * A list to choose from, steered from an input that keeps the focus: the palette, choices of
 * options, selects and completions of mentions.
 */

import { h, newId, replace } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @typedef {{value: any, label: string, note?: string, detail?: string, picture?: () => Node | null, heading?: string, search?: string}} Item
 */

export class Listbox {
  /** @param {{label: string, multiple?: boolean, onChoose: (item: Item) => void, empty?: string}} options */
  constructor({ label, multiple = false, onChoose, empty = "Nothing matches" }) {
    this.id = newId("listbox");
    this.multiple = multiple;
    this.onChoose = onChoose;
    this.empty = empty;
    /** @type {Item[]} */
    this.items = [];
    /** @type {Set<any>} */
    this.chosen = new Set();
    this.active = 0;
    this.root = h("div", {
      class: "listbox",
      role: "listbox",
      id: this.id,
      "aria-label": label,
      "aria-multiselectable": multiple,
    });
    /** @type {HTMLElement | null} */
    this.input = null;
  }

  /** Let this input steer the list. @param {HTMLElement} input */
  attach(input) {
    this.detach();
    this.input = input;
    const attributes = {
      role: "combobox",
      "aria-expanded": "true",
      "aria-controls": this.id,
      "aria-autocomplete": "list",
    };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  }

  detach() {
    for (const name of ["role", "aria-expanded", "aria-controls", "aria-activedescendant", "aria-autocomplete"]) {
      this.input?.removeAttribute(name);
    }
    this.input = null;
  }

  /** @param {Item[]} items @param {number} [active] */
  show(items, active = 0) {
    this.items = items;
    this.active = Math.min(active, Math.max(0, items.length - 1));
    this.draw();
  }

  draw() {
    const rows = this.items.map((item, index) => this.row(item, index));
    const nothing = h("div", { class: "listbox-empty" }, this.empty);
    replace(this.root, this.items.length ? rows : nothing);
    this.mark();
  }

  /** @param {Item} item @param {number} index */
  row(item, index) {
    const heading = item.heading && item.heading !== this.items[index - 1]?.heading;
    const chosen = this.chosen.has(item.value);
    const row = h(
      "div",
      { class: "listbox-item", role: "option", id: `${this.id}-${index}`, "aria-selected": chosen },
      this.multiple && h("span", { class: "tick" }, chosen && icon("check")),
      item.picture?.(),
      h(
        "span",
        { class: "listbox-text" },
        h(
          "span",
          { class: "listbox-label", dir: "auto" },
          item.label,
          item.detail && h("span", { class: "listbox-detail" }, item.detail),
        ),
        item.note && h("span", { class: "listbox-note", dir: "auto" }, item.note),
      ),
    );
    row.addEventListener("pointerdown", (/** @type {Event} */ event) => event.preventDefault());
    row.addEventListener("click", () => this.choose(index));
    row.addEventListener("pointermove", () => this.active !== index && this.moveTo(index));
    return heading ? [h("div", { class: "listbox-heading", role: "presentation" }, item.heading), row] : row;
  }

  /** @param {KeyboardEvent} event @returns {boolean} was the key for the list? */
  takeKey(event) {
    const steps = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 });
    const step = steps[event.key];
    if (!step || this.items.length === 0) return false;
    event.preventDefault();
    const count = this.items.length;
    const far = Math.abs(step) > 1;
    this.moveTo(far ? Math.max(0, Math.min(count - 1, this.active + step)) : (this.active + step + count) % count);
    return true;
  }

  /** @param {number} [index] @returns {boolean} */
  choose(index = this.active) {
    const item = this.items[index];
    if (item) this.onChoose(item);
    return Boolean(item);
  }

  /** @param {number} index */
  moveTo(index) {
    this.active = index;
    this.mark();
  }

  mark() {
    this.root.querySelector(".active")?.classList.remove("active");
    const row = this.root.querySelector(`#${this.id}-${this.active}`);
    row?.classList.add("active");
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.input?.setAttribute("aria-activedescendant", row.id);
    else this.input?.removeAttribute("aria-activedescendant");
  }
}

/** Items that contain the words; those that begin with them come first. @param {Item[]} items @param {string} words */
export function matching(items, words) {
  const wanted = words.trim().toLocaleLowerCase();
  if (!wanted) return items;
  /** @type {[Item, number][]} */
  const ranked = items.map((item) => [item, rank(item, wanted)]);
  return ranked
    .filter(([, place]) => place >= 0)
    .sort((a, b) => a[1] - b[1])
    .map(([item]) => item);
}

/** @param {Item} item @param {string} wanted */
function rank(item, wanted) {
  const at = item.label.toLocaleLowerCase().indexOf(wanted);
  if (at >= 0) return at === 0 ? 0 : 1;
  return (item.search || item.note || "").toLocaleLowerCase().includes(wanted) ? 2 : -1;
}
