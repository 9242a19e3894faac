/** The channels of the open guild, by category, with threads and who is in voice; or direct messages. */

import * as api from "./api.js";
import { byId, h, replace } from "./dom.js";
import { channelIcon } from "./entities.js";
import { icon } from "./icons.js";
import { avatar, nameOf, plainName } from "./identity.js";
import { showGuildMenu } from "./membership.js";
import { byCategory, isForum, isThread, isVoice } from "./order.js";
import { openChannel, openDirect } from "./session.js";
import { compareIds } from "./snowflakes.js";
import { currentGuild, on, store, world } from "./store.js";
import { complain } from "./toast.js";

/** @typedef {import("./types.js").Channel} Channel */
/** @typedef {import("./types.js").Guild} Guild */

/** @type {Set<string>} */
const folded = new Set();

export function setUpChannels() {
  byId("guild-menu").append(icon("chevron"));
  byId("guild-menu").addEventListener("click", () => showGuildMenu(byId("guild-menu")));
  document.addEventListener("keydown", stepChannel);
  for (const topic of /** @type {const} */ (["state", "channel", "unread"])) on(topic, draw);
}

function draw() {
  const guild = currentGuild();
  byId("guild-name").textContent = guild ? guild.name : "Direct messages";
  byId("guild-menu").hidden = guild === null;
  const list = byId("channel-list");
  if (guild)
    replace(
      list,
      byCategory(guild.channels).map((group) => category(guild, group)),
    );
  else replace(list, directMessages());
}

/** @param {Guild} guild @param {{category: Channel | null, channels: Channel[]}} group */
function category(guild, { category: head, channels }) {
  const closed = head !== null && folded.has(head.id);
  const shown = closed
    ? channels.filter((channel) => channel.id === store.channelId || store.unread.has(channel.id))
    : channels;
  const rows = h(
    "ul",
    { class: "channel-rows" },
    shown.map((channel) => channelRow(guild, channel)),
  );
  if (!head) return rows;
  const button = h(
    "button",
    { type: "button", class: "category", dir: "auto", "aria-expanded": !closed },
    icon("chevron"),
    head.name,
  );
  button.addEventListener("click", () => {
    if (!folded.delete(head.id)) folded.add(head.id);
    draw();
  });
  return h("section", {}, h("h3", {}, button), rows);
}

/** @param {Guild} guild @param {Channel} channel */
function channelRow(guild, channel) {
  const threads = guild.channels.filter(
    (one) => isThread(one) && one.parent_id === channel.id && !one.thread_metadata?.archived,
  );
  threads.sort((a, b) => compareIds(a.id, b.id));
  const shown = isForum(channel) ? threads.filter((one) => one.id === store.channelId) : threads;
  return h(
    "li",
    {},
    channelButton(channel),
    isVoice(channel) && voiceMembers(guild, channel),
    shown.length > 0 &&
      h(
        "ul",
        { class: "thread-rows" },
        shown.map((thread) => h("li", {}, channelButton(thread))),
      ),
  );
}

/** @param {Channel} channel */
function channelButton(channel) {
  const open = channel.id === store.channelId;
  const mentions = store.unread.get(channel.id) || 0;
  const unread = store.unread.has(channel.id);
  const button = h(
    "button",
    {
      type: "button",
      class: `channel-button ${unread ? "unread" : ""}`,
      "aria-current": open ? "page" : null,
      "data-channel": channel.id,
    },
    icon(channelIcon(channel.type)),
    h("span", { class: "channel-name", dir: "auto" }, channel.name),
    channel.can &&
      !channel.can.send &&
      !isVoice(channel) &&
      !isForum(channel) &&
      h("span", { class: "channel-lock", title: "You cannot write here" }, icon("lock", "read only")),
    mentions > 0 && h("span", { class: "badge" }, mentions),
  );
  return button;
}

/** @param {Guild} guild @param {Channel} channel */
function voiceMembers(guild, channel) {
  const present = guild.members.filter((member) => member.voice_channel_id === channel.id);
  if (present.length === 0) return null;
  return h(
    "ul",
    { class: "voice-rows", "aria-label": `In ${channel.name}` },
    present.map((member) => h("li", { dir: "auto" }, avatar(member.user, { size: "small" }), nameOf(member.user))),
  );
}

/** Join the voice channel, or leave it when the person is in it. @param {Channel} channel */
async function toggleVoice(channel) {
  const guild = currentGuild();
  const member = guild?.members.find((one) => one.user.id === world().me.id);
  const inside = member?.voice_channel_id === channel.id;
  try {
    await api.act(
      inside ? "leave_voice" : "join_voice",
      inside ? { guild_id: guild?.id } : { guild_id: guild?.id, channel_id: channel.id },
    );
  } catch (error) {
    complain(error);
  }
}

function directMessages() {
  const bot = world().bot;
  const known = world().dms;
  const rows = known.map((channel) => directRow(channel));
  const hasBot = known.some((channel) => channel.recipients?.some((user) => user.id === bot.id));
  const write = h(
    "button",
    { type: "button", class: "channel-button" },
    avatar(bot, { size: "small", presence: true }),
    h("span", { class: "channel-name", dir: "auto" }, `Write to ${plainName(bot)}`),
  );
  write.addEventListener("click", () => openDirect(bot.id));
  return h("ul", { class: "channel-rows" }, rows, !hasBot && h("li", {}, write));
}

/** @param {Channel} channel */
function directRow(channel) {
  const other = channel.recipients?.find((user) => user.id !== world().me.id) || world().bot;
  const mentions = store.unread.get(channel.id) || 0;
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: `channel-button ${mentions ? "unread" : ""}`,
        "aria-current": channel.id === store.channelId ? "page" : null,
        "data-channel": channel.id,
      },
      avatar(other, { size: "small", presence: true }),
      h("span", { class: "channel-name", dir: "auto" }, plainName(other)),
      mentions > 0 && h("span", { class: "badge" }, mentions),
    ),
  );
}

/** What a channel is called in headings and fields. @param {Channel} channel */
export function channelTitle(channel) {
  if (channel.name) return channel.name;
  const other = channel.recipients?.find((user) => user.id !== world().me.id);
  return other ? plainName(other) : "Direct message";
}

/** Channels opened by an element that names one, wherever it stands. @param {MouseEvent} event */
export function openNamedChannel(event) {
  const target = event.target instanceof Element ? event.target.closest("[data-channel]") : null;
  const id = target?.getAttribute("data-channel");
  if (!id) return;
  const channel = currentGuild()?.channels.find((one) => one.id === id);
  if (channel && isVoice(channel) && target?.classList.contains("channel-button")) toggleVoice(channel);
  openChannel(id);
  document.body.classList.remove("drawer-left", "drawer-right");
}

/** Alt and an arrow key go to the channel above or below. @param {KeyboardEvent} event */
function stepChannel(event) {
  if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  const ids = [...byId("channel-list").querySelectorAll("[data-channel]")].map((one) =>
    one.getAttribute("data-channel"),
  );
  const next = ids[ids.indexOf(store.channelId) + (event.key === "ArrowUp" ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  openChannel(next);
}
