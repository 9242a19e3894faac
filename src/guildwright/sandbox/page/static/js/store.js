/** What this window knows. Modules change it through session.js and redraw when a topic is said. */

import { compareIds } from "./snowflakes.js";

/**
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./types.js").Channel} Channel
 * @typedef {import("./types.js").Guild} Guild
 * @typedef {{messages: Message[], hasMore: boolean, loaded: boolean, loading: boolean, reading: number, queued: (() => void)[] | null}} Timeline
 * @typedef {{id: string, channelId: string, label: string, state: "waiting" | "failed", messageId?: string, customId?: string, reason?: string}} Waiting
 * @typedef {"state" | "channel" | "messages" | "typing" | "waiting" | "connection" | "commands" | "unread" | "reply"} Topic
 */

export const DIRECT = "@me";

export const store = {
  /** @type {any} */ info: null,
  /** @type {import("./types.js").WorldState | null} */ world: null,
  guildId: DIRECT,
  /** @type {string | null} */ channelId: null,
  connected: false,
  /** @type {Map<string, Timeline>} */ timelines: new Map(),
  /** @type {Map<string, Map<string, number>>} */ typing: new Map(),
  /** @type {Map<string, number>} */ unread: new Map(),
  /** @type {Map<string, Waiting>} */ waiting: new Map(),
  /** @type {Map<string, import("./types.js").Command[]>} */ commands: new Map(),
  /** @type {Set<string>} */ dismissed: new Set(),
};

/** @type {Map<Topic, ((detail?: any) => void)[]>} */
const listeners = new Map();

/** @param {Topic} topic @param {(detail?: any) => void} listener */
export function on(topic, listener) {
  const known = listeners.get(topic) || [];
  listeners.set(topic, [...known, listener]);
}

/** @param {Topic} topic @param {any} [detail] */
export function say(topic, detail) {
  for (const listener of listeners.get(topic) || []) listener(detail);
}

export function world() {
  if (!store.world) throw new Error("the world is not loaded yet");
  return store.world;
}

/** @returns {Guild | null} the guild that is open; none among direct messages */
export function currentGuild() {
  return store.world?.guilds.find((guild) => guild.id === store.guildId) || null;
}

/** @returns {Channel | null} */
export function currentChannel() {
  return store.channelId ? findChannel(store.channelId) : null;
}

/** @param {string} id @returns {Channel | null} */
export function findChannel(id) {
  if (!store.world) return null;
  for (const guild of store.world.guilds) {
    const channel = guild.channels.find((one) => one.id === id);
    if (channel) return { ...channel, guild_id: guild.id };
  }
  return store.world.dms.find((one) => one.id === id) || null;
}

/** @param {string} channelId @returns {Timeline} */
export function timeline(channelId) {
  let known = store.timelines.get(channelId);
  if (!known) {
    known = { messages: [], hasMore: false, loaded: false, loading: false, reading: 0, queued: null };
    store.timelines.set(channelId, known);
  }
  return known;
}

/** Put messages where they belong; a message that is known is replaced. @param {string} channelId @param {Message[]} messages */
export function merge(channelId, messages) {
  const line = timeline(channelId);
  const byId = new Map(line.messages.map((message) => [message.id, message]));
  for (const message of messages) {
    if (!store.dismissed.has(message.id)) byId.set(message.id, message);
  }
  line.messages = [...byId.values()].sort((a, b) => compareIds(a.id, b.id));
}

/** @param {string} channelId @param {string[]} ids */
export function forget(channelId, ids) {
  const line = timeline(channelId);
  line.messages = line.messages.filter((message) => !ids.includes(message.id));
}

/** Forget everything that belonged to the person who acted so far. */
export function forgetPerson() {
  store.timelines.clear();
  store.typing.clear();
  store.unread.clear();
  store.waiting.clear();
  store.commands.clear();
}
