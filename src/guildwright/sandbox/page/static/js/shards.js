/** The inspector's sessions: each of the bot's gateway sessions, connected or waiting for RESUME. */

import { sessions } from "./api.js";
import { h, replace } from "./dom.js";
import { complain } from "./toast.js";

const panel = h("section", { class: "inspector-panel inspector-scroll" });

/** @returns {import("./inspector.js").Tab} */
export function setUpShards() {
  replace(panel, h("p", { class: "inspector-empty" }, "Reading …"));
  return { label: "Sessions", panel, open, hear };
}

async function open() {
  const found = await sessions();
  replace(panel, found.length ? h("ul", { class: "cards" }, found.map(drawSession)) : h("p", { class: "inspector-empty" }, "The bot has no session. Is it running?"));
}

/** @param {string} type @param {any} data */
function hear(type, data) {
  if (type === "traffic" && !panel.hidden && data.kind === "session") open().catch(complain);
}

/** @param {number} seconds */
const ago = (seconds) => (seconds < 1 ? "just now" : `${Math.round(seconds)} s ago`);

/** @param {any} session */
function drawSession(session) {
  const [shard, count] = session.shard;
  const facts = {
    Session: `${session.session_id.slice(0, 8)}…`,
    "Last number sent": session.sequence,
    "Last one the bot acknowledged": session.acknowledged ?? "none yet",
    ...(session.connected
      ? { "Last heartbeat": ago(session.silent_for) }
      : { "RESUME possible": session.resumable_for === null ? "no" : `for ${Math.ceil(session.resumable_for)} s more` }),
    "Kept for RESUME": `${session.buffered} events`,
    Compression: session.compression || "none",
    Intents: session.intent_names.join(", "),
  };
  return h(
    "li",
    { class: "card" },
    h("h4", {}, `Shard ${shard} of ${count}`, h("span", { class: `state ${session.connected ? "state-good" : "state-bad"}` }, session.connected ? "connected" : "waits for RESUME")),
    h("dl", { class: "facts" }, Object.entries(facts).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))])),
  );
}
