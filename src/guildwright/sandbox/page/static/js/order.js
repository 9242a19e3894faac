/** The order in which Discord lists channels. */

import { compareIds } from "./snowflakes.js";

/** @typedef {import("./types.js").Channel} Channel */

const CATEGORY = 4;
const VOICE = new Set([2, 13]);
const THREADS = new Set([10, 11, 12]);

/** @param {Channel} channel */
export const isThread = (channel) => THREADS.has(channel.type);
/** @param {Channel} channel */
export const isVoice = (channel) => VOICE.has(channel.type);
/** @param {Channel} channel */
export const isForum = (channel) => channel.type === 15 || channel.type === 16;

/** Text before voice, then by position, then by age. @param {Channel} a @param {Channel} b */
export function compareChannels(a, b) {
  return Number(isVoice(a)) - Number(isVoice(b)) || (a.position || 0) - (b.position || 0) || compareIds(a.id, b.id);
}

/**
 * Channels without a category first, then the categories with theirs.
 * @param {Channel[]} channels @returns {{category: Channel | null, channels: Channel[]}[]}
 */
export function byCategory(channels) {
  const plain = channels.filter((channel) => channel.type !== CATEGORY && !isThread(channel));
  const categories = channels.filter((channel) => channel.type === CATEGORY).sort(compareChannels);
  const known = new Set(categories.map((category) => category.id));
  const groups = [
    {
      category: /** @type {Channel | null} */ (null),
      channels: plain.filter((channel) => !known.has(channel.parent_id || "")),
    },
    ...categories.map((category) => ({
      category,
      channels: plain.filter((channel) => channel.parent_id === category.id),
    })),
  ];
  for (const group of groups) group.channels.sort(compareChannels);
  return groups.filter((group) => group.channels.length > 0);
}
