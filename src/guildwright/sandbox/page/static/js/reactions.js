/** Reactions under a message. */

import * as api from "./api.js";
import { h } from "./dom.js";
import { emojiKey, showEmojiPicker } from "./emoji.js";
import { icon } from "./icons.js";
import { emojiElement } from "./media.js";
import { complain } from "./toast.js";

/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Emoji} Emoji */

/** @param {Message} message */
export function drawReactions(message) {
  const reactions = message.reactions || [];
  if (reactions.length === 0) return null;
  return h(
    "div",
    { class: "reactions" },
    reactions.map((reaction) => chip(message, reaction)),
    message.actions?.react !== false && addButton(message),
  );
}

/** @param {Message} message @param {import("./types.js").Reaction} reaction */
function chip(message, { emoji, count, me }) {
  const button = h(
    "button",
    {
      type: "button",
      class: "reaction",
      "aria-pressed": me,
      "aria-label": `${emoji.name}, ${count} reaction${count === 1 ? "" : "s"}`,
    },
    emojiElement(emoji),
    h("span", { class: "reaction-count" }, count),
  );
  button.addEventListener("click", () => react(message, emoji, !me));
  return button;
}

/** @param {Message} message */
function addButton(message) {
  const button = h(
    "button",
    { type: "button", class: "reaction reaction-add", "aria-label": "Add a reaction" },
    icon("smile"),
  );
  button.addEventListener("click", () => chooseReaction(message, button));
  return button;
}

/** @param {Message} message @param {Element} anchor */
export function chooseReaction(message, anchor) {
  showEmojiPicker(anchor, (emoji) => react(message, emoji, true));
}

/** @param {Message} message @param {Emoji} emoji @param {boolean} wanted */
async function react(message, emoji, wanted) {
  try {
    await api.act(wanted ? "react" : "unreact", {
      channel_id: message.channel_id,
      message_id: message.id,
      emoji: emojiKey(emoji),
    });
  } catch (error) {
    complain(error);
  }
}
