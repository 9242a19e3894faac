/** Changing one's own message in its place. */

import * as api from "./api.js";
import { h } from "./dom.js";
import { say, world, timeline } from "./store.js";
import { complain } from "./toast.js";

/** @typedef {import("./types.js").Message} Message */

/** @type {string | null} */
let edited = null;

/** @param {Message} message */
export function startEditing(message) {
  edited = message.id;
  say("messages", message.channel_id);
  /** @type {HTMLTextAreaElement | null} */
  const field = document.querySelector(".editor textarea");
  field?.focus();
  field?.setSelectionRange(field.value.length, field.value.length);
}

/** @param {string} id */
export const isEdited = (id) => edited === id;

/** Edit what the person wrote last in the channel. @param {string} channelId */
export function editLast(channelId) {
  const own = timeline(channelId).messages.findLast(
    (message) => message.author.id === world().me.id && message.actions?.edit,
  );
  if (own) startEditing(own);
  return Boolean(own);
}

/** @param {Message} message */
export function drawEditor(message) {
  const field = h("textarea", {
    class: "text-input",
    rows: Math.min(8, message.content.split("\n").length),
    "aria-label": "Edit the message",
    dir: "auto",
    value: message.content,
  });
  const save = h("button", { type: "button", class: "link-button" }, "save");
  const cancel = h("button", { type: "button", class: "link-button" }, "cancel");
  field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") stop(message);
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      saveText(message, field.value);
    }
  });
  save.addEventListener("click", () => saveText(message, field.value));
  cancel.addEventListener("click", () => stop(message));
  return h(
    "div",
    { class: "editor" },
    field,
    h("p", { class: "editor-hint" }, "Enter to ", save, " · Escape to ", cancel),
  );
}

/** @param {Message} message */
function stop(message) {
  edited = null;
  say("messages", message.channel_id);
  document.getElementById("draft")?.focus();
}

/** @param {Message} message @param {string} content */
async function saveText(message, content) {
  if (content.trim() === message.content) return stop(message);
  try {
    await api.act("edit", { channel_id: message.channel_id, message_id: message.id, content: content.trim() });
    stop(message);
  } catch (error) {
    complain(error);
  }
  return undefined;
}
