/** The message list: grouped by author and day, newest at the bottom, older ones on scrolling up. */

import { byId, h } from "./dom.js";
import { isEdited } from "./editing.js";
import { drawForum } from "./forum.js";
import { icon } from "./icons.js";
import { drawFailure, drawMessage } from "./message.js";
import { isForum } from "./order.js";
import { loadOlder } from "./session.js";
import { currentChannel, currentGuild, on, store, timeline } from "./store.js";
import { dayKey, dayName } from "./times.js";
import { drawIntro } from "./welcome.js";

/** @typedef {import("./types.js").Message} Message */
/** @typedef {{key: string, signature: string, source: unknown, element: HTMLElement}} Row */

const GROUP_LASTS = 7 * 60_000;
const PINNED_WITHIN = 80;
const LOAD_WITHIN = 300;

/** @type {Map<string, Row>} */
let drawn = new Map();
let shownChannel = "";
let pinned = true;
let identities = "";

/** @type {HTMLElement} */ let scroller;
/** @type {HTMLElement} */ let list;
/** @type {HTMLElement} */ let jump;

export function setUpMessages() {
  scroller = byId("scroller");
  list = byId("messages");
  jump = byId("jump");
  jump.append(icon("arrowDown"), "New messages");
  jump.addEventListener("click", toBottom);
  scroller.addEventListener("scroll", scrolled, { passive: true });
  new ResizeObserver(() => pinned && toBottom()).observe(list);
  new ResizeObserver(() => pinned && toBottom()).observe(scroller);
  list.addEventListener("keydown", walk);
  list.addEventListener("click", jumpToOriginal);
  for (const topic of /** @type {const} */ (["channel", "waiting", "commands"])) on(topic, draw);
  on("state", () => refreshIdentities() && draw());
  on("messages", (channelId) => channelId === store.channelId && draw());
}

/** Names, colours and rights are drawn into messages; when they change, all are drawn anew. */
function refreshIdentities() {
  const guild = currentGuild();
  const people = guild?.members.map(({ user, nick, roles }) => [user.id, user.global_name, user.avatar, nick, roles]);
  const next = JSON.stringify([
    store.world?.me.id,
    people,
    guild?.roles,
    guild?.channels.map(({ id, name, can }) => [id, name, can]),
  ]);
  if (next === identities) return false;
  identities = next;
  drawn.clear();
  return true;
}

function draw() {
  refreshIdentities();
  const channel = currentChannel();
  if ((channel?.id || "") !== shownChannel) {
    shownChannel = channel?.id || "";
    drawn = new Map();
    pinned = true;
    list.replaceChildren();
  }
  const height = scroller.scrollHeight;
  const top = scroller.scrollTop;
  const first = list.querySelector("[data-message]")?.getAttribute("data-message");
  const rows = channel ? rowsOf(channel) : [];
  settle(rows);
  list.setAttribute("aria-label", channel ? `Messages in ${channel.name || "direct messages"}` : "Messages");
  list.setAttribute("aria-busy", String(channel !== null && !timeline(channel.id).loaded));
  const nowFirst = list.querySelector("[data-message]")?.getAttribute("data-message");
  if (pinned) toBottom();
  else if (first !== nowFirst) scroller.scrollTop = top + scroller.scrollHeight - height;
  else if (rows.length && scroller.scrollHeight > height) jump.hidden = false;
  if (scroller.scrollHeight <= scroller.clientHeight && channel) loadOlder(channel.id);
}

/** @param {import("./types.js").Channel} channel @returns {Row[]} */
function rowsOf(channel) {
  const line = timeline(channel.id);
  if (isForum(channel)) return [row("forum", identities, channel, () => drawForum(channel))];
  /** @type {Row[]} */
  const rows = [];
  const commands = store.commands.get(channel.id);
  if (line.loaded && !line.hasMore)
    rows.push(row("intro", `${line.messages.length === 0}`, commands, () => drawIntro(channel)));
  if (line.hasMore)
    rows.push(row("older", "", null, () => h("p", { class: "loading-older" }, "Loading earlier messages…")));
  line.messages.forEach((message, index) => {
    const before = line.messages[index - 1];
    const newDay = !before || dayKey(before.timestamp) !== dayKey(message.timestamp);
    if (newDay)
      rows.push(row(`day ${dayKey(message.timestamp)}`, dayName(message.timestamp), null, () => dayLine(message)));
    const how = { continued: !newDay && continues(before, message), editing: isEdited(message.id) };
    rows.push(row(message.id, JSON.stringify([how, waitingOn(message)]), message, () => drawMessage(message, how)));
  });
  for (const waiting of store.waiting.values()) {
    if (waiting.state === "failed" && !waiting.messageId && waiting.channelId === channel.id)
      rows.push(row(`failed ${waiting.id}`, "", null, () => drawFailure(waiting)));
  }
  return rows;
}

/** Keep what is drawn as long as nothing that it shows has changed. @param {string} key @param {string} signature @param {unknown} source @param {() => HTMLElement} make @returns {Row} */
function row(key, signature, source, make) {
  const known = drawn.get(key);
  if (known && known.signature === signature && known.source === source) return known;
  return { key, signature, source, element: make() };
}

/** @param {Message} message */
const waitingOn = (message) => [...store.waiting.values()].filter((one) => one.messageId === message.id);

/** @param {Message} message */
const dayLine = (message) => h("div", { class: "day", role: "separator" }, h("span", {}, dayName(message.timestamp)));

/** @param {Message} before @param {Message} message */
function continues(before, message) {
  const near = new Date(message.timestamp).getTime() - new Date(before.timestamp).getTime() < GROUP_LASTS;
  const plain =
    !message.system_text &&
    !before.system_text &&
    message.type === 0 &&
    !message.interaction_metadata &&
    !message.interaction;
  return (
    near &&
    plain &&
    before.author.id === message.author.id &&
    before.author.username === message.author.username &&
    !before.ephemeral &&
    !message.ephemeral
  );
}

/** Bring the list in line with the rows, touching only what differs. @param {Row[]} rows */
function settle(rows) {
  drawn = new Map(rows.map((one) => [one.key, one]));
  rows.forEach(({ element }, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] || null);
  });
  while (list.children.length > rows.length) list.lastElementChild?.remove();
  list.querySelector("[tabindex='0'][data-message]")?.setAttribute("tabindex", "-1");
  [...list.querySelectorAll("[data-message]")].at(-1)?.setAttribute("tabindex", "0");
}

function toBottom() {
  scroller.scrollTop = scroller.scrollHeight;
  jump.hidden = true;
}

function scrolled() {
  pinned = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < PINNED_WITHIN;
  if (pinned) jump.hidden = true;
  if (scroller.scrollTop < LOAD_WITHIN && store.channelId) loadOlder(store.channelId);
}

/** Arrow keys walk from message to message. @param {KeyboardEvent} event */
function walk(event) {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  if (!(event.target instanceof HTMLElement) || !event.target.matches("[data-message]")) return;
  event.preventDefault();
  const all = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[data-message]")]);
  const step = event.key === "ArrowUp" ? -1 : 1;
  all[all.indexOf(event.target) + step]?.focus();
}

/** @param {MouseEvent} event */
function jumpToOriginal(event) {
  const id = event.target instanceof Element ? event.target.closest("[data-jump]")?.getAttribute("data-jump") : null;
  const original = id ? list.querySelector(`[data-message="${id}"]`) : null;
  if (!(original instanceof HTMLElement)) return;
  original.scrollIntoView({ block: "center" });
  original.focus({ preventScroll: true });
  original.classList.add("found");
  original.addEventListener("animationend", () => original.classList.remove("found"), { once: true });
}
