/** What happens in this window: who acts, which channel is open, what the sandbox reports. */

import * as api from "./api.js";
import { writeAddress } from "./address.js";
import { listen } from "./events.js";
import { interactionChanged, modalArrived } from "./interactions.js";
import {
  DIRECT,
  currentChannel,
  findChannel,
  forget,
  forgetPerson,
  merge,
  say,
  store,
  timeline,
  world,
} from "./store.js";
import { complain } from "./toast.js";

/** @typedef {import("./types.js").Message} Message */

const TYPING_LASTS = 9_000;
const PAGE = 50;
let readingState = false;
let stateIsStale = false;

/** Let a person act in this window. @param {string} personId @param {string | null} channelId the channel to open, if the person may see it */
export async function actAs(personId, channelId) {
  api.actAs(personId);
  forgetPerson();
  store.world = await api.state();
  openSomewhere(channelId);
  say("state");
  listen({ onEvent, onOpen, onLost });
}

function onOpen() {
  const returning = !store.connected && store.timelines.size > 0;
  store.connected = true;
  say("connection");
  if (returning) catchUp();
}

function onLost() {
  store.connected = false;
  say("connection");
}

/** After a gap: read what was missed instead of guessing. */
function catchUp() {
  for (const [id, line] of store.timelines) {
    if (id !== store.channelId) line.loaded = false;
  }
  refreshState();
  if (store.channelId) loadLatest(store.channelId);
}

/** @param {string | null} wanted */
function openSomewhere(wanted) {
  const channel =
    (wanted && findChannel(wanted)) ||
    (store.channelId && findChannel(store.channelId)) ||
    firstChannel(world().guilds[0]);
  if (channel) openChannel(channel.id);
  else closeChannel(world().guilds[0]?.id || DIRECT);
}

/** The channel in which a newcomer starts. @param {import("./types.js").Guild | undefined} guild */
function firstChannel(guild) {
  const channels = guild?.channels.filter((channel) => channel.type === 0) || [];
  return channels.find((channel) => channel.name === "general") || channels[0] || null;
}

/** @param {string} guildId */
export function openGuild(guildId) {
  const first =
    guildId === DIRECT ? world().dms[0] : firstChannel(world().guilds.find((guild) => guild.id === guildId));
  if (first) openChannel(first.id);
  else {
    closeChannel(guildId);
    if (guildId === DIRECT) openDirect(world().bot.id);
  }
}

/** @param {string} guildId */
function closeChannel(guildId) {
  store.guildId = guildId;
  store.channelId = null;
  writeAddress(world().me.id, null);
  say("channel");
}

/** @param {string} channelId */
export function openChannel(channelId) {
  const channel = findChannel(channelId);
  if (!channel) return;
  store.channelId = channelId;
  store.guildId = channel.guild_id || DIRECT;
  store.unread.delete(channelId);
  writeAddress(world().me.id, channelId);
  say("channel");
  if (!timeline(channelId).loaded) loadLatest(channelId);
  loadCommands(channelId);
}

/** Open the direct messages with somebody. @param {string} userId */
export async function openDirect(userId) {
  try {
    const { channel } = await api.act("dm", { user_id: userId });
    if (!world().dms.some((one) => one.id === channel.id)) world().dms.push(channel);
    say("state");
    openChannel(channel.id);
  } catch (error) {
    complain(error);
  }
}

/** Read the newest messages; of two readings the later one counts. @param {string} channelId */
async function loadLatest(channelId) {
  const line = timeline(channelId);
  const mine = (line.reading += 1);
  line.loading = true;
  line.queued ??= [];
  try {
    const { messages, has_more: hasMore } = await api.messages(channelId, { limit: PAGE });
    if (store.timelines.get(channelId) !== line || mine !== line.reading) return;
    line.messages = [];
    merge(channelId, messages);
    line.hasMore = hasMore;
    line.loaded = true;
  } catch (error) {
    complain(error);
  } finally {
    if (mine === line.reading) finishReading(channelId, line);
  }
}

/** @param {string} channelId @param {import("./store.js").Timeline} line */
function finishReading(channelId, line) {
  const queued = line.queued || [];
  line.loading = false;
  line.queued = null;
  for (const replay of queued) replay();
  say("messages", channelId);
}

/** @param {string} channelId */
export async function loadOlder(channelId) {
  const line = timeline(channelId);
  if (line.loading || !line.hasMore || line.messages.length === 0) return;
  line.loading = true;
  try {
    const { messages, has_more: hasMore } = await api.messages(channelId, { before: line.messages[0].id, limit: PAGE });
    merge(channelId, messages);
    line.hasMore = hasMore && messages.length > 0;
  } catch (error) {
    complain(error);
  } finally {
    line.loading = false;
    say("messages", channelId);
  }
}

/** @param {string} channelId */
async function loadCommands(channelId) {
  try {
    const { commands } = await api.commands(channelId);
    store.commands.set(channelId, commands);
    say("commands");
  } catch (error) {
    store.commands.set(channelId, []);
    complain(error);
  }
}

/** Read the state again; calls that come meanwhile are answered by one further reading. */
async function refreshState() {
  if (readingState) {
    stateIsStale = true;
    return;
  }
  readingState = true;
  try {
    do {
      stateIsStale = false;
      store.world = await api.state();
    } while (stateIsStale);
    if (store.channelId && !currentChannel()) openSomewhere(null);
    say("state");
  } catch (error) {
    complain(error);
  } finally {
    readingState = false;
  }
}

/** @type {Record<string, (data: any) => void>} */
const REACTIONS = {
  message: messageArrived,
  message_update: messageChanged,
  reaction: messageChanged,
  message_delete: ({ channel_id: channelId, ids }) => {
    forget(channelId, ids);
    say("messages", channelId);
  },
  typing: ({ channel_id: channelId, user_id: userId }) => personTypes(channelId, userId),
  state: refreshState,
  bot: (data) => {
    Object.assign(world().bot, data);
    say("state");
  },
  commands: () => {
    store.commands.clear();
    if (store.channelId) loadCommands(store.channelId);
  },
  interaction: interactionChanged,
  modal: modalArrived,
};

/** What happens to messages while they are being read waits, or the older reading would undo it. @param {string} type @param {any} data */
function onEvent(type, data) {
  const queued = type !== "modal" && type !== "interaction" && store.timelines.get(data?.channel_id)?.queued;
  if (queued) {
    queued.push(() => REACTIONS[type]?.(data));
    return;
  }
  REACTIONS[type]?.(data);
}

/** @param {Message} message */
function messageArrived(message) {
  const channelId = message.channel_id;
  stopsTyping(channelId, message.author.id);
  if (timeline(channelId).loaded) merge(channelId, [message]);
  if (channelId !== store.channelId) markUnread(message);
  say("messages", channelId);
}

/** @param {Message} message */
function messageChanged(message) {
  if (!timeline(message.channel_id).messages.some((known) => known.id === message.id)) return;
  merge(message.channel_id, [message]);
  say("messages", message.channel_id);
}

/** @param {Message} message */
function markUnread(message) {
  const me = world().me.id;
  if (message.author.id === me) return;
  const channel = findChannel(message.channel_id);
  const named = message.mentions?.some((user) => user.id === me) || (channel !== null && !channel.guild_id);
  store.unread.set(message.channel_id, (store.unread.get(message.channel_id) || 0) + (named ? 1 : 0));
  say("unread");
}

/** @param {string} channelId @param {string} userId */
function personTypes(channelId, userId) {
  if (userId === world().me.id) return;
  const typing = store.typing.get(channelId) || new Map();
  clearTimeout(typing.get(userId));
  typing.set(
    userId,
    setTimeout(() => stopsTyping(channelId, userId), TYPING_LASTS),
  );
  store.typing.set(channelId, typing);
  say("typing");
}

/** @param {string} channelId @param {string} userId */
function stopsTyping(channelId, userId) {
  const typing = store.typing.get(channelId);
  clearTimeout(typing?.get(userId));
  if (typing?.delete(userId)) say("typing");
}
