/** Where a message is written: text, files, replies, and the way into slash commands. */

import * as api from "./api.js";
import { channelTitle } from "./channels.js";
import { mentionCompletion } from "./completion.js";
import { byId, h, replace } from "./dom.js";
import { clearDraft, currentDraft, wireText } from "./drafts.js";
import { editLast } from "./editing.js";
import { showEmojiPicker } from "./emoji.js";
import { icon } from "./icons.js";
import { findMember, nameOf } from "./identity.js";
import { isForum } from "./order.js";
import { commandPalette } from "./palette.js";
import { currentChannel, merge, on, say, store, timeline, world } from "./store.js";
import { complain } from "./toast.js";
import { Uploads, encodeFiles } from "./uploads.js";

/** @typedef {import("./listbox.js").Listbox} Listbox */

const TYPING_EVERY = 8_000;
const LONGEST = 2000;

/** @type {HTMLTextAreaElement} */ let field;
/** @type {Uploads} */ let uploads;
/** @type {ReturnType<typeof mentionCompletion>} */ let mentions;
/** @type {ReturnType<typeof commandPalette>} */ let palette;
let lastTyping = 0;
let shown = "";

export function setUpComposer() {
  field = byId("draft");
  uploads = new Uploads(byId("uploads"), () => currentDraftOrNone() && (currentDraft().files = uploads.files));
  mentions = mentionCompletion({ field, open: openSuggestions, close: closeSuggestions });
  palette = commandPalette({ field, open: openSuggestions, close: closeSuggestions, done: leaveCommand });
  byId("attach").append(icon("plus"));
  byId("emoji").append(icon("smile"));
  byId("send").append(icon("send"));
  byId("attach").addEventListener("click", () => byId("file").click());
  byId("file").addEventListener("change", takeChosen);
  byId("emoji").addEventListener("click", () => showEmojiPicker(byId("emoji"), insertEmoji));
  byId("composer").addEventListener("submit", submit);
  field.addEventListener("input", changed);
  field.addEventListener("keydown", keyDown);
  field.addEventListener("paste", (event) => takeFiles(event, event.clipboardData));
  takeDrops(byId("chat"));
  on("channel", restore);
  on("state", refresh);
  on("reply", replyTo);
}

const currentDraftOrNone = () => (store.world && store.channelId ? currentDraft() : null);

/** Put a text into the composer for the person to send. @param {string} text */
export function fillDraft(text) {
  palette.leave();
  field.value = text;
  field.focus();
  changed();
}

/** Show the draft of the channel and person that are open now. */
function restore() {
  shown = "";
  refresh();
}

function refresh() {
  const channel = currentChannel();
  const place = `${store.world?.me.id} ${store.channelId}`;
  const can = channel?.can;
  const closed = !channel || can?.send === false;
  field.disabled = closed;
  byId("attach").disabled = closed || can?.attach === false;
  byId("emoji").disabled = closed;
  byId("send").disabled = closed;
  byId("composer").classList.toggle("closed", closed);
  field.placeholder = placeholder(channel);
  if (place === shown) return;
  shown = place;
  palette.leave();
  mentions.stop();
  if (!channel) return;
  const draft = currentDraft();
  field.value = draft.text;
  uploads.set(draft.files);
  drawReply();
  grow();
  if (matchMedia("(pointer: fine)").matches && !closed) field.focus({ preventScroll: true });
}

/** @param {import("./types.js").Channel | null} channel */
function placeholder(channel) {
  if (!channel) return "Open a channel to write";
  if (isForum(channel)) return "Open a post to write in it";
  const until = findMember(world().me.id)?.communication_disabled_until;
  if (until && new Date(until) > new Date()) return "You are timed out and can only read";
  if (channel.can?.send === false) return "You cannot write in this channel";
  return `Message ${channel.guild_id ? "#" : ""}${channelTitle(channel)}`;
}

function changed() {
  currentDraft().text = field.value;
  grow();
  if (!palette.update() && !mentions.update()) tellTyping();
}

function grow() {
  field.style.setProperty("height", "auto");
  field.style.setProperty("height", `${field.scrollHeight}px`);
  byId("count").textContent = field.value.length > LONGEST - 200 ? String(LONGEST - field.value.length) : "";
}

function tellTyping() {
  if (!field.value.trim() || Date.now() - lastTyping < TYPING_EVERY) return;
  lastTyping = Date.now();
  api.act("typing", { channel_id: store.channelId }).catch(() => undefined);
}

/** @param {KeyboardEvent} event */
function keyDown(event) {
  if (event.isComposing || palette.takeKey(event) || mentions.takeKey(event)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    byId("composer").requestSubmit();
  } else if (event.key === "ArrowUp" && field.value === "" && store.channelId) {
    if (editLast(store.channelId)) event.preventDefault();
  } else if (event.key === "Escape" && currentDraft().replyTo) replyTo(null);
}

/** @param {SubmitEvent} event */
async function submit(event) {
  event.preventDefault();
  if (palette.submit()) return;
  const channelId = store.channelId;
  const draft = currentDraft();
  const content = wireText(draft);
  if (!channelId || (!content && draft.files.length === 0)) return;
  const reply = draft.replyTo?.id;
  const files = draft.files;
  clearDraft();
  shown = "";
  refresh();
  lastTyping = 0;
  try {
    const attachments = await encodeFiles(files);
    const body = { channel_id: channelId, content, attachments, ...(reply ? { reply_to: reply } : {}) };
    const { message } = await api.act("send", body);
    if (timeline(channelId).loaded) merge(channelId, [message]);
    say("messages", channelId);
  } catch (error) {
    giveBack(draft, channelId);
    complain(error);
  }
}

/** A message that was refused returns to the composer, unless something new was begun. @param {import("./drafts.js").Draft} draft @param {string} channelId */
function giveBack(draft, channelId) {
  if (store.channelId !== channelId || field.value) return;
  Object.assign(currentDraft(), draft);
  shown = "";
  refresh();
}

/** @param {import("./types.js").Message | null} message */
function replyTo(message) {
  currentDraft().replyTo = message;
  drawReply();
  field.focus();
}

function drawReply() {
  const bar = byId("reply-bar");
  const target = currentDraft().replyTo;
  bar.hidden = target === null;
  if (!target) return;
  const close = h(
    "button",
    { type: "button", class: "icon-button", "aria-label": "Do not reply", onclick: () => replyTo(null) },
    icon("close"),
  );
  replace(bar, h("span", { dir: "auto" }, "Replying to ", h("b", {}, nameOf(target.author))), close);
}

/** @param {Listbox} list @param {HTMLElement} input @param {HTMLElement | null} [head] */
function openSuggestions(list, input, head = null) {
  list.attach(input);
  replace(byId("suggestions"), head, list.root);
  byId("suggestions").hidden = false;
}

function closeSuggestions() {
  replace(byId("suggestions"));
  byId("suggestions").hidden = true;
}

function leaveCommand() {
  currentDraft().text = field.value = "";
  grow();
  field.focus();
}

/** @param {import("./types.js").Emoji} emoji */
function insertEmoji(emoji) {
  const text = emoji.id ? `:${emoji.name}:` : emoji.name || "";
  if (emoji.id) currentDraft().names.set(text, `<${emoji.animated ? "a" : ""}:${emoji.name}:${emoji.id}>`);
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  changed();
}

/** @param {Event} event */
function takeChosen(event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  uploads.add([...(input.files || [])]);
  input.value = "";
  field.focus();
}

/** @param {Event} event @param {DataTransfer | null} data */
function takeFiles(event, data) {
  const files = [...(data?.files || [])];
  if (files.length === 0 || byId("attach").disabled) return;
  event.preventDefault();
  uploads.add(files);
}

/** @param {HTMLElement} target */
function takeDrops(target) {
  const hasFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
  target.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    target.classList.add("dropping");
  });
  for (const name of ["dragleave", "drop"]) target.addEventListener(name, () => target.classList.remove("dropping"));
  target.addEventListener("drop", (event) => takeFiles(event, event.dataTransfer));
}
