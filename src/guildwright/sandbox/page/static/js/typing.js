/** Under the composer: who is typing, and which command waits for the bot. */

import { byId, h, replace } from "./dom.js";
import { nameById } from "./identity.js";
import { on, store } from "./store.js";

export function setUpTyping() {
  for (const topic of /** @type {const} */ (["typing", "waiting", "channel", "state"])) on(topic, draw);
}

function draw() {
  const typing = [...(store.typing.get(store.channelId || "")?.keys() || [])].map(nameById);
  const waiting = [...store.waiting.values()].filter(
    (one) => one.state === "waiting" && one.channelId === store.channelId,
  );
  const text =
    typing.length > 0 ? typingText(typing) : waiting.length > 0 ? `Waiting for the answer to ${waiting[0].label}…` : "";
  replace(
    byId("typing"),
    text && [
      h("span", { class: "dots", "aria-hidden": true }, h("i"), h("i"), h("i")),
      h("span", { dir: "auto" }, text),
    ],
  );
}

/** @param {string[]} names */
function typingText(names) {
  if (names.length === 1) return `${names[0]} is typing…`;
  if (names.length === 2) return `${names[0]} and ${names[1]} are typing…`;
  return "Several people are typing…";
}
