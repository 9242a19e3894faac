/** Polls: answers to choose from, then bars. */

import * as api from "./api.js";
import { h } from "./dom.js";
import { emojiElement } from "./media.js";
import { relative } from "./times.js";
import { complain } from "./toast.js";

/** @typedef {import("./types.js").Message} Message */

/** @param {Message} message */
export function drawPoll(message) {
  const poll = message.poll;
  const counts = new Map((poll.results?.answer_counts || []).map((/** @type {any} */ one) => [String(one.id), one]));
  const total = [...counts.values()].reduce((sum, one) => sum + one.count, 0);
  const mine = [...counts.values()].filter((one) => one.me_voted).map((one) => one.id);
  const over = Boolean(poll.results?.is_finalized) || Boolean(poll.expiry && new Date(poll.expiry) < new Date());
  const rows = poll.answers.map((/** @type {any} */ answer) =>
    answerRow(message, answer, counts.get(String(answer.answer_id)), { total, mine, over }),
  );
  return h(
    "section",
    { class: "poll", "aria-label": "Poll" },
    h("div", { class: "poll-question", dir: "auto" }, poll.question?.text),
    h(
      "p",
      { class: "poll-note" },
      over ? "The poll is over" : poll.allow_multiselect ? "Choose one or more answers" : "Choose one answer",
    ),
    h("div", { class: "poll-answers" }, rows),
    h(
      "p",
      { class: "poll-note" },
      `${total} vote${total === 1 ? "" : "s"}${poll.expiry && !over ? ` · ends ${relative(new Date(poll.expiry))}` : ""}`,
    ),
  );
}

/** @param {Message} message @param {any} answer @param {any} result @param {{total: number, mine: number[], over: boolean}} state */
function answerRow(message, answer, result, { total, mine, over }) {
  const count = result?.count || 0;
  const chosen = Boolean(result?.me_voted);
  const share = total ? Math.round((count / total) * 100) : 0;
  const button = h(
    "button",
    { type: "button", class: "poll-answer", disabled: over, "aria-pressed": chosen, style: { "--share": `${share}%` } },
    emojiElement(answer.poll_media?.emoji),
    h("span", { class: "poll-text", dir: "auto" }, answer.poll_media?.text),
    h("span", { class: "poll-count" }, total > 0 ? `${share} % · ${count}` : ""),
  );
  const others = message.poll.allow_multiselect ? mine.filter((id) => id !== answer.answer_id) : [];
  button.addEventListener("click", () => vote(message, chosen ? others : [...others, answer.answer_id]));
  return button;
}

/** @param {Message} message @param {number[]} answers */
async function vote(message, answers) {
  try {
    await api.act("vote", { channel_id: message.channel_id, message_id: message.id, answers });
  } catch (error) {
    complain(error);
  }
}
