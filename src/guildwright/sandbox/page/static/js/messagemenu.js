/** What can be done with a message: the buttons on hover and the context menu. */

import * as api from "./api.js";
import { confirm } from "./dialog.js";
import { h } from "./dom.js";
import { startEditing } from "./editing.js";
import { channelItems } from "./entities.js";
import { icon } from "./icons.js";
import { showMenu } from "./menu.js";
import { showPicker } from "./picker.js";
import { messageApps } from "./profile.js";
import { chooseReaction } from "./reactions.js";
import { openChannel } from "./session.js";
import { say } from "./store.js";
import { complain, notify } from "./toast.js";

/** @typedef {import("./types.js").Message} Message */

/** @param {Message} message */
export function drawToolbar(message) {
  const may = message.actions || {};
  const more = tool("dots", "More", () => showMessageMenu(message, more));
  const react = may.react && tool("smile", "Add a reaction", () => chooseReaction(message, react));
  return h(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": "Message" },
    react,
    may.reply && tool("reply", "Reply", () => say("reply", message)),
    may.edit && tool("pencil", "Edit", () => startEditing(message)),
    more,
  );
}

/** @param {string} sign @param {string} label @param {() => void} run */
function tool(sign, label, run) {
  return h("button", { type: "button", class: "tool", title: label, "aria-label": label, onclick: run }, icon(sign));
}

/** @param {Message} message @param {Element | {x: number, y: number}} anchor */
export function showMessageMenu(message, anchor) {
  const may = message.actions || {};
  const apps = messageApps(message);
  const spot =
    anchor instanceof Element ? anchor : document.querySelector(`[data-message="${message.id}"]`) || document.body;
  showMenu(anchor, "Message", [
    may.react && { label: "Add reaction", icon: "smile", run: () => chooseReaction(message, spot) },
    may.reply && { label: "Reply", icon: "reply", run: () => say("reply", message) },
    may.edit && { label: "Edit message", icon: "pencil", run: () => startEditing(message) },
    may.reply && { label: "Forward", icon: "forward", run: () => chooseForward(message, spot) },
    may.pin && {
      label: message.pinned ? "Unpin message" : "Pin message",
      icon: "pin",
      run: () => attempt(message.pinned ? "unpin" : "pin", message),
    },
    message.content && { label: "Copy text", icon: "copy", run: () => copy(message.content) },
    { label: "Copy message ID", icon: "copy", run: () => copy(message.id) },
    ...(apps.length && !message.ephemeral ? [/** @type {const} */ ("line"), { heading: "Apps" }, ...apps] : []),
    may.delete && "line",
    may.delete && { label: "Delete message", icon: "trash", danger: true, run: () => askDelete(message) },
  ]);
}

/** @param {string} action @param {Message} message */
async function attempt(action, message) {
  try {
    await api.act(action, { channel_id: message.channel_id, message_id: message.id });
  } catch (error) {
    complain(error);
  }
}

/** @param {Message} message */
function askDelete(message) {
  confirm("Delete message", "The message is gone for everybody in the channel.", "Delete", () =>
    attempt("delete", message),
  );
}

/** @param {string} text */
const copy = (text) => navigator.clipboard?.writeText(text).then(() => notify("Copied."), complain);

/** @param {Message} message @param {Element} anchor */
function chooseForward(message, anchor) {
  const items = channelItems([0, 5, 10, 11, 12]);
  showPicker(anchor, { label: "Forward to", items, onDone: ([channelId]) => forward(message, channelId) });
}

/** @param {Message} message @param {string} channelId */
async function forward(message, channelId) {
  try {
    await api.act("send", {
      channel_id: channelId,
      content: "",
      attachments: [],
      forward_of: message.id,
      forward_channel_id: message.channel_id,
    });
    openChannel(channelId);
  } catch (error) {
    complain(error);
  }
}
