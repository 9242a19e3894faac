/** What was begun and not sent, for every channel and person of this window. */

import { store, world } from "./store.js";

/**
 * @typedef {{text: string, files: File[], replyTo: import("./types.js").Message | null, names: Map<string, string>}} Draft
 * `names` holds what shown names stand for: "@Mia" → "<@1>".
 */

/** @type {Map<string, Draft>} */
const drafts = new Map();

const key = () => `${world().me.id} ${store.channelId}`;

/** @returns {Draft} */
export function currentDraft() {
  const known = drafts.get(key());
  if (known) return known;
  const draft = emptyDraft();
  drafts.set(key(), draft);
  return draft;
}

export function clearDraft() {
  const draft = emptyDraft();
  drafts.set(key(), draft);
  return draft;
}

/** @returns {Draft} */
const emptyDraft = () => ({ text: "", files: [], replyTo: null, names: new Map() });

/** The text with names turned back into what Discord understands. @param {Draft} draft */
export function wireText(draft) {
  let text = draft.text.trim();
  const names = [...draft.names].sort((a, b) => b[0].length - a[0].length);
  for (const [name, raw] of names) text = replaceWhole(text, name, raw);
  return text;
}

/** @param {string} text @param {string} name @param {string} raw */
function replaceWhole(text, name, raw) {
  const parts = text.split(name);
  return parts.reduce((whole, part) => whole + (/^\w/.test(part) ? name : raw) + part);
}
