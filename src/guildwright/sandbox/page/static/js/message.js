/** Draws one message. */

import { h } from "./dom.js";
import { drawComponents } from "./components.js";
import { drawEditor } from "./editing.js";
import { drawEmbed } from "./embeds.js";
import { icon } from "./icons.js";
import { avatar, botMark, nameElement, nameOf } from "./identity.js";
import { dismissWaiting } from "./interactions.js";
import { summary, textBlock, treeOr } from "./markdown.js";
import { attachmentList, shownAlone } from "./media.js";
import { drawToolbar, showMessageMenu } from "./messagemenu.js";
import { drawPoll } from "./polls.js";
import { showProfile, showUserMenu } from "./profile.js";
import { drawReactions } from "./reactions.js";
import { forget, say, store, world } from "./store.js";
import { clock, dayAndTime, longDate } from "./times.js";

/** @typedef {import("./types.js").Message} Message */

const REPLY = 19;
const SUPPRESS_EMBEDS = 1 << 2;
const NO_ANSWER = "The application did not respond";

/** @param {Message} message @param {{continued: boolean, editing: boolean}} how @returns {HTMLElement} */
export function drawMessage(message, { continued, editing }) {
  const article = h(
    "article",
    {
      class: classes(message, continued),
      "data-message": message.id,
      tabindex: "-1",
      "aria-label": `${nameOf(message.author)}, ${dayAndTime(message.timestamp)}`,
    },
    ...(message.system_text ? systemLine(message) : written(message, continued, editing)),
  );
  article.addEventListener("contextmenu", (/** @type {MouseEvent} */ event) => {
    if (event.target instanceof Element && event.target.closest("a, textarea, input")) return;
    event.preventDefault();
    showMessageMenu(message, { x: event.clientX, y: event.clientY });
  });
  for (const name of ["pointerenter", "focusin"]) {
    article.addEventListener(name, () => article.querySelector(".toolbar") || article.append(drawToolbar(message)), {
      once: true,
    });
  }
  return article;
}

/** @param {Message} message @param {boolean} continued */
function classes(message, continued) {
  const named = message.mention_everyone || message.mentions?.some((user) => user.id === world().me.id);
  const marks = { continued, ephemeral: message.ephemeral, named, system: message.system_text, pinned: message.pinned };
  return [
    "message",
    ...Object.entries(marks)
      .filter(([, on]) => on)
      .map(([name]) => name),
  ].join(" ");
}

/** @param {Message} message */
function systemLine(message) {
  return [
    h("span", { class: "system-icon" }, icon("forward")),
    h("p", { class: "system-text", dir: "auto" }, message.system_text, " ", time(message)),
    drawReactions(message),
  ];
}

/** @param {Message} message @param {boolean} continued @param {boolean} editing */
function written(message, continued, editing) {
  return [
    !continued && above(message),
    continued
      ? h(
          "time",
          { class: "gutter-time", datetime: message.timestamp, title: longDate(message.timestamp) },
          clock(message.timestamp),
        )
      : face(message),
    h(
      "div",
      { class: "message-main" },
      !continued && head(message),
      editing ? drawEditor(message) : body(message),
      drawReactions(message),
      message.thread && threadCard(message.thread),
      message.ephemeral && privateNote(message),
      failureNote(message),
    ),
  ];
}

/** The line above: what the message answers, or which command it comes from. @param {Message} message */
function above(message) {
  if (message.type === REPLY) return replyLine(message);
  const used = message.interaction_metadata || message.interaction;
  const user = used?.user;
  const name = message.interaction?.name || used?.name;
  if (!user || !name) return null;
  return h(
    "div",
    { class: "above" },
    avatar(user, { size: "small" }),
    nameElement(user),
    h(
      "span",
      { class: "used", dir: "auto" },
      " used ",
      h("b", {}, used.type === 2 && !used.target_id ? `/${name}` : name),
    ),
  );
}

/** @param {Message} message */
function replyLine(message) {
  const original = message.referenced_message;
  if (!original) return h("div", { class: "above" }, icon("reply"), h("i", {}, "The message this answers was deleted"));
  const text =
    summary(treeOr(original.content_tree, original.content)) ||
    (original.attachments?.length ? "Attachment" : original.embeds?.length ? "Embed" : "Message");
  const link = h(
    "button",
    { type: "button", class: "above above-link", "data-jump": original.id },
    avatar(original.author, { size: "small" }),
    nameElement(original.author),
    h("span", { class: "above-text", dir: "auto" }, text),
  );
  return link;
}

/** @param {Message} message */
function face(message) {
  const button = h(
    "button",
    { type: "button", class: "face", tabindex: "-1", "aria-hidden": true },
    avatar(message.author),
  );
  button.addEventListener("click", () => showProfile(message.author, button));
  return button;
}

/** @param {Message} message */
function head(message) {
  const { author } = message;
  const name = h("button", { type: "button", class: "author", "data-user": author.id }, nameElement(author));
  name.addEventListener("click", () => showProfile(author, name));
  name.addEventListener("contextmenu", (/** @type {MouseEvent} */ event) => {
    event.preventDefault();
    event.stopPropagation();
    showUserMenu(author, { x: event.clientX, y: event.clientY });
  });
  return h(
    "header",
    { class: "message-head" },
    name,
    botMark(author, Boolean(message.webhook_id)),
    time(message),
    message.pinned && h("span", { class: "pin-mark", title: "Pinned" }, icon("pin", "pinned")),
  );
}

/** @param {Message} message */
const time = (message) =>
  h(
    "time",
    { class: "message-time", datetime: message.timestamp, title: longDate(message.timestamp) },
    dayAndTime(message.timestamp),
  );

/** @param {Message} message */
function body(message) {
  if (message.loading) return thinking(message);
  const embeds = (message.flags || 0) & SUPPRESS_EMBEDS ? [] : message.embeds || [];
  return h(
    "div",
    { class: "message-body" },
    content(message),
    (message.message_snapshots || []).map((snapshot) => forwarded(snapshot.message)),
    attachmentList(shownAlone(message)),
    embeds.map((embed) => drawEmbed(embed, message.attachments)),
    message.poll && drawPoll(message),
    (message.sticker_items || []).map((sticker) => h("div", { class: "sticker" }, `Sticker: ${sticker.name}`)),
    (message.components || []).length > 0 &&
      h("div", { class: "components" }, drawComponents(message.components, message)),
  );
}

/** @param {Message} message */
function content(message) {
  if (!message.content) return null;
  const text = textBlock(treeOr(message.content_tree, message.content), "message-text");
  if (message.edited_timestamp)
    text.append(h("span", { class: "edited", title: longDate(message.edited_timestamp) }, " (edited)"));
  return text;
}

/** @param {Message} original */
function forwarded(original) {
  return h(
    "blockquote",
    { class: "forwarded" },
    h("div", { class: "forwarded-head" }, icon("forward"), "Forwarded"),
    original.content && textBlock(treeOr(original.content_tree, original.content), "message-text"),
    attachmentList(shownAlone(original)),
    (original.embeds || []).map((embed) => drawEmbed(embed, original.attachments)),
  );
}

/** @param {Message} message */
function thinking(message) {
  if (message.failed_interaction) return h("p", { class: "failure" }, icon("warning"), NO_ANSWER);
  return h(
    "p",
    { class: "thinking" },
    h("span", { class: "dots", "aria-hidden": true }, h("i"), h("i"), h("i")),
    `${nameOf(message.author)} is thinking…`,
  );
}

/** @param {import("./types.js").Channel} thread */
function threadCard(thread) {
  const count = thread.message_count || 0;
  return h(
    "button",
    { type: "button", class: "thread-card", "data-channel": thread.id },
    icon("thread"),
    h("span", { class: "thread-name", dir: "auto" }, thread.name),
    h("span", { class: "thread-count" }, `${count} message${count === 1 ? "" : "s"}`),
  );
}

/** @param {Message} message */
function privateNote(message) {
  const dismiss = h("button", { type: "button", class: "link-button" }, "Dismiss message");
  dismiss.addEventListener("click", () => {
    store.dismissed.add(message.id);
    forget(message.channel_id, [message.id]);
    say("messages", message.channel_id);
  });
  return h("p", { class: "private-note" }, icon("eye"), "Only you can see this · ", dismiss);
}

/** A click that the bot left unanswered is said below the message. @param {Message} message */
function failureNote(message) {
  const failed = [...store.waiting.values()].filter((one) => one.messageId === message.id && one.state === "failed");
  return failed.map((one) =>
    h("p", { class: "failure", role: "alert" }, icon("warning"), one.reason || NO_ANSWER, dismissButton(one.id)),
  );
}

/** A command that the bot left unanswered. @param {import("./store.js").Waiting} waiting @returns {HTMLElement} */
export function drawFailure(waiting) {
  return h(
    "article",
    { class: "message failed-command", tabindex: "-1" },
    h("span", { class: "system-icon" }, icon("warning")),
    h(
      "div",
      { class: "message-main" },
      h(
        "p",
        { class: "failure", role: "alert" },
        h("b", { dir: "auto" }, waiting.label),
        " — ",
        waiting.reason || NO_ANSWER,
      ),
      h("p", { class: "private-note" }, icon("eye"), "Only you can see this · ", dismissButton(waiting.id)),
    ),
  );
}

/** @param {string} id */
function dismissButton(id) {
  const button = h("button", { type: "button", class: "link-button" }, "Dismiss");
  button.addEventListener("click", () => dismissWaiting(id));
  return button;
}
