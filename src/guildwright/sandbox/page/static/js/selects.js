/** Selects of every kind, in messages and in modals: a button that opens a searchable list. */

import { h, replace } from "./dom.js";
import { entityItems, entityName } from "./entities.js";
import { icon } from "./icons.js";
import { emojiElement } from "./media.js";
import { showPicker } from "./picker.js";

/** @typedef {import("./types.js").Component} Component */
/** @typedef {import("./listbox.js").Item} Item */

const STRING_SELECT = 3;
/** @type {Record<number, "user" | "role" | "mentionable" | "channel">} */
const KINDS = { 5: "user", 6: "role", 7: "mentionable", 8: "channel" };
/** @type {Record<number, string>} */
const PLACEHOLDERS = {
  3: "Make a selection",
  5: "Choose a person",
  6: "Choose a role",
  7: "Choose a person or a role",
  8: "Choose a channel",
};

/** @param {Component} component */
export const isSelect = (component) => component.type === STRING_SELECT || component.type in KINDS;

/**
 * @param {Component} component
 * @param {{onDone: (values: string[]) => void, busy?: boolean, label?: string}} options
 * @returns {HTMLButtonElement}
 */
export function drawSelect(component, { onDone, busy = false, label }) {
  const items = itemsOf(component);
  let chosen = defaultsOf(component);
  const name = label || component.placeholder || PLACEHOLDERS[component.type];
  const button = h("button", {
    type: "button",
    class: `select ${busy ? "busy" : ""}`,
    disabled: component.disabled || busy,
    "aria-haspopup": "listbox",
    "aria-label": name,
    "data-custom-id": component.custom_id,
  });
  const show = () => replace(button, shownChoice(component, items, chosen), icon("chevron"));
  show();
  button.addEventListener("click", () =>
    showPicker(button, {
      label: name,
      items,
      chosen,
      min: component.min_values ?? 1,
      max: Math.min(component.max_values ?? 1, Math.max(items.length, 1)),
      onDone: (values) => {
        chosen = values;
        show();
        onDone(values);
      },
    }),
  );
  return button;
}

/** @param {Component} component @param {Item[]} items @param {string[]} chosen */
function shownChoice(component, items, chosen) {
  if (chosen.length === 0)
    return h(
      "span",
      { class: "select-placeholder", dir: "auto" },
      component.placeholder || PLACEHOLDERS[component.type],
    );
  const labels = chosen.map((value) => items.find((item) => item.value === value)?.label || entityName(value));
  return h(
    "span",
    { class: "select-values" },
    labels.map((text) => h("span", { class: "select-value", dir: "auto" }, text)),
  );
}

/** @param {Component} component @returns {Item[]} */
function itemsOf(component) {
  if (component.type !== STRING_SELECT) return entityItems(KINDS[component.type], component.channel_types);
  return (component.options || []).map((/** @type {any} */ option) => ({
    value: option.value,
    label: option.label,
    note: option.description,
    picture: option.emoji ? () => emojiElement(option.emoji) : undefined,
  }));
}

/** @param {Component} component @returns {string[]} */
export function defaultsOf(component) {
  if (component.type === STRING_SELECT) {
    return (component.options || [])
      .filter((/** @type {any} */ option) => option.default)
      .map((/** @type {any} */ option) => option.value);
  }
  return (component.default_values || []).map((/** @type {any} */ value) => value.id);
}
