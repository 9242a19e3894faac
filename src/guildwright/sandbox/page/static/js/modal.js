/** Modals of the bot as native dialogs: text inputs, selects, uploads, radio buttons, checkboxes. */

import { openDialog } from "./dialog.js";
import { h, newId } from "./dom.js";
import { textBlock, treeOr } from "./markdown.js";
import { defaultsOf, drawSelect, isSelect } from "./selects.js";
import { encodeFiles } from "./uploads.js";

/** @typedef {import("./types.js").Component} Component */
/** @typedef {{customId: string, read: () => any, problem: () => string | null, error: HTMLElement}} Field */

const TEXT_INPUT = 4;
const TEXT_DISPLAY = 10;
const LABEL = 18;
const UPLOAD = 19;
const RADIO = 21;
const CHECKBOXES = 22;
const CHECKBOX = 23;
const PARAGRAPH = 2;

/** @param {import("./types.js").ModalPayload} modal @param {(values: Record<string, any>) => Promise<void>} submit */
export function showModal(modal, submit) {
  /** @type {Field[]} */
  const fields = [];
  const body = h(
    "div",
    { class: "modal-fields" },
    modal.components.map((component) => drawPart(component, fields)),
  );
  const failure = h("p", { class: "field-error", role: "alert" });
  const cancel = h("button", { type: "button", class: "button button-secondary" }, "Cancel");
  const send = h("button", { type: "submit", class: "button button-primary" }, "Submit");
  const dialog = openDialog(modal.title, h("div", {}, body, failure), [cancel, send], { className: "modal" });
  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!check(fields)) return;
    send.disabled = true;
    try {
      const values = await Promise.all(fields.map(async (field) => [field.customId, await field.read()]));
      await submit(Object.fromEntries(values.filter(([, value]) => value !== undefined)));
      dialog.close();
    } catch (error) {
      failure.textContent = /** @type {Error} */ (error).message;
      send.disabled = false;
    }
  });
  /** @type {HTMLElement | null} */ (body.querySelector("input, textarea, .select"))?.focus();
}

/** @param {Field[]} fields */
function check(fields) {
  const problems = fields.map((field) => field.problem());
  fields.forEach((field, index) => {
    field.error.textContent = problems[index] || "";
  });
  return problems.every((problem) => problem === null);
}

/** @param {Component} component @param {Field[]} fields @returns {any} */
function drawPart(component, fields) {
  if (component.type === 1)
    return (component.components || []).map((/** @type {Component} */ inner) =>
      drawField(inner, inner.label, undefined, fields),
    );
  if (component.type === LABEL) return drawField(component.component, component.label, component.description, fields);
  if (component.type === TEXT_DISPLAY) return textBlock(treeOr(component.tree, component.content), "text-display");
  return drawField(component, component.label, component.description, fields);
}

/** @param {Component} component @param {string | undefined} label @param {string | undefined} note @param {Field[]} fields */
function drawField(component, label, note, fields) {
  const id = newId("field");
  const error = h("p", { class: "field-error", id: `${id}-error`, role: "alert" });
  const control = drawControl(component, id, label || "");
  fields.push({ customId: component.custom_id || "", read: control.read, problem: control.problem, error });
  control.focus.setAttribute("aria-describedby", `${id}-error`);
  return h(
    "div",
    { class: "field" },
    h(
      "label",
      { class: "field-label", for: id, dir: "auto" },
      label,
      component.required !== false &&
        component.type !== CHECKBOX &&
        h("span", { class: "required", title: "required" }, " *"),
    ),
    note && h("p", { class: "field-note", dir: "auto" }, note),
    control.element,
    error,
  );
}

/**
 * @param {Component} component @param {string} id @param {string} label
 * @returns {{element: HTMLElement, focus: HTMLElement, read: () => any, problem: () => string | null}}
 */
function drawControl(component, id, label) {
  if (component.type === TEXT_INPUT) return textInput(component, id);
  if (isSelect(component)) return selectField(component, id, label);
  if (component.type === UPLOAD) return uploadField(component, id);
  if (component.type === CHECKBOX) return checkbox(component, id);
  return choiceGroup(component, id, label);
}

/** @param {Component} component @param {string} id */
function textInput(component, id) {
  const long = component.style === PARAGRAPH;
  const attributes = {
    id,
    class: "text-input",
    name: component.custom_id,
    placeholder: component.placeholder,
    maxlength: component.max_length ?? 4000,
    dir: "auto",
    autocomplete: "off",
    value: component.value || "",
  };
  const input = h(long ? "textarea" : "input", long ? { ...attributes, rows: 4 } : { ...attributes, type: "text" });
  const problem = () => {
    const length = [...input.value].length;
    if (length === 0) return component.required === false ? null : "This field is required.";
    return length < (component.min_length || 0)
      ? `Write at least ${component.min_length} characters; these are ${length}.`
      : null;
  };
  return { element: input, focus: input, read: () => input.value, problem };
}

/** @param {Component} component @param {string} id @param {string} label */
function selectField(component, id, label) {
  let chosen = defaultsOf(component);
  const button = drawSelect(component, {
    label,
    onDone: (values) => {
      chosen = values;
    },
  });
  button.id = id;
  const needed = component.min_values ?? 1;
  const problem = () =>
    (component.required === false && chosen.length === 0) || chosen.length >= needed
      ? null
      : `Choose at least ${needed}.`;
  return { element: button, focus: button, read: () => chosen, problem };
}

/** @param {Component} component @param {string} id */
function uploadField(component, id) {
  const most = component.max_values ?? 1;
  const input = h("input", { id, type: "file", class: "file-input", multiple: most > 1 });
  const problem = () => {
    const count = input.files?.length || 0;
    if (count > most) return `Choose at most ${most} files.`;
    const needed = component.required === false ? 0 : (component.min_values ?? 1);
    return count < needed ? `Choose at least ${needed} file${needed === 1 ? "" : "s"}.` : null;
  };
  return { element: input, focus: input, read: () => encodeFiles([...(input.files || [])]), problem };
}

/** @param {Component} component @param {string} id */
function checkbox(component, id) {
  const input = h("input", { id, type: "checkbox", class: "checkbox", checked: component.default });
  return { element: input, focus: input, read: () => input.checked, problem: () => null };
}

/** @param {Component} component @param {string} id @param {string} label */
function choiceGroup(component, id, label) {
  const single = component.type === RADIO;
  const inputs = (component.options || []).map((/** @type {any} */ option) =>
    h("input", { type: single ? "radio" : "checkbox", name: id, "data-value": option.value, checked: option.default }),
  );
  const rows = inputs.map((/** @type {HTMLInputElement} */ input, /** @type {number} */ index) => {
    const option = component.options[index];
    return h(
      "label",
      { class: "choice", dir: "auto" },
      input,
      h("span", {}, option.label, option.description && h("small", {}, option.description)),
    );
  });
  const root = h(
    "div",
    { id, class: "choices", role: single ? "radiogroup" : "group", "aria-label": label, tabindex: "-1" },
    rows,
  );
  const values = () =>
    inputs
      .filter((/** @type {HTMLInputElement} */ input) => input.checked)
      .map((/** @type {HTMLInputElement} */ input) => input.dataset.value);
  const needed = component.required === false ? 0 : component.type === CHECKBOXES ? (component.min_values ?? 1) : 1;
  const most = single ? 1 : (component.max_values ?? inputs.length);
  const problem = () => {
    if (values().length < needed) return `Choose at least ${needed}.`;
    return values().length > most ? `Choose at most ${most}.` : null;
  };
  return { element: root, focus: root, read: () => (single ? values()[0] : values()), problem };
}
