/** Dialogs of the browser itself: they hold the focus and are left by Escape. */

import { h } from "./dom.js";

/**
 * @param {string} title @param {HTMLElement} body @param {HTMLElement[]} buttons
 * @param {{className?: string}} [options]
 * @returns {HTMLDialogElement}
 */
export function openDialog(title, body, buttons, { className = "" } = {}) {
  const heading = h("h2", { dir: "auto" }, title);
  const form = h("form", { novalidate: true }, heading, body, h("div", { class: "dialog-buttons" }, buttons));
  const dialog = h("dialog", { class: `dialog ${className}`, "aria-label": title }, form);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Ask before something is done that cannot be undone. @param {string} title @param {string} text @param {string} yes @param {() => void} run */
export function confirm(title, text, yes, run) {
  const cancel = h("button", { type: "button", class: "button button-secondary" }, "Cancel");
  const go = h("button", { type: "submit", class: "button button-danger" }, yes);
  const dialog = openDialog(title, h("p", { dir: "auto" }, text), [cancel, go]);
  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close();
    run();
  });
  go.focus();
}
