/** Short notices at the edge of the page: refusals and losses, said once, gone by themselves. */

import { byId, h } from "./dom.js";
import { icon } from "./icons.js";

const SHOWN_FOR = 7_000;

/** @param {string} text @param {"warning" | "check"} [sign] */
export function notify(text, sign = "check") {
  const close = h("button", { type: "button", class: "icon-button", "aria-label": "Close the notice" }, icon("close"));
  const toast = h("div", { class: `toast toast-${sign}` }, icon(sign), h("p", { dir: "auto" }, text), close);
  const timer = setTimeout(() => toast.remove(), SHOWN_FOR);
  close.addEventListener("click", () => {
    clearTimeout(timer);
    toast.remove();
  });
  byId("toasts").append(toast);
}

/** @param {any} error @returns {string} */
export const sentenceOf = (error) => error?.message || String(error);

/** Show the sentence of an error to the person. @param {any} error */
export function complain(error) {
  if (error?.name === "AbortError") return;
  notify(sentenceOf(error), "warning");
  if (!error?.code) throw error;
}
