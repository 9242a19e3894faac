/** The inspector's traffic: events and calls as they happen, to be filtered, paused, opened and copied. */

import { traffic } from "./api.js";
import { announce, h, replace } from "./dom.js";
import { icon } from "./icons.js";
import { complain, notify } from "./toast.js";

/** @typedef {import("./inspector.js").Entry} Entry */

const SHOWN = 400;
const FIRST = 200;
const NEAR_END = 40;
const END = Number.MAX_SAFE_INTEGER;
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });

/** @type {Record<string, string[]>} */
const GROUPS = {
  Everything: [],
  Gateway: ["event", "send", "session"],
  REST: ["rest", "unrouted"],
  Sessions: ["session"],
  Problems: ["violation", "fault", "refused"],
};

/** @type {Record<string, string>} */
const SIGNS = { event: "→ bot", send: "bot →", rest: "REST", unrouted: "501", session: "session", violation: "violation", fault: "fault", note: "note" };

/** @type {Entry[]} */
let held = [];
let next = -1;
/** @type {Promise<void> | null} */
let reading = null;
/** @type {Entry[]} */
let waiting = [];
let paused = false;
let missed = 0;

const list = h("ol", { class: "traffic", "aria-label": "Traffic", tabindex: "0" });
const search = h("input", { class: "text-input", type: "search", placeholder: "Filter: name, path, status …", "aria-label": "Filter the traffic" });
const group = h("select", { class: "text-input", "aria-label": "Kind of traffic" }, Object.keys(GROUPS).map((name) => h("option", {}, name)));
const pause = h("button", { type: "button", class: "button button-small", "aria-pressed": "false" }, "Pause");
const clear = h("button", { type: "button", class: "button button-small" }, "Clear");

/** @returns {import("./inspector.js").Tab} */
export function setUpTraffic() {
  search.addEventListener("input", redraw);
  group.addEventListener("change", redraw);
  pause.addEventListener("click", togglePause);
  clear.addEventListener("click", () => {
    held = [];
    redraw();
  });
  const bar = h("div", { class: "inspector-bar" }, search, group, pause, clear);
  return { label: "Traffic", panel: h("section", { class: "inspector-panel" }, bar, list), open, hear };
}

/** Read what came while nobody listened, once at a time; what comes meanwhile waits, so that the order holds. */
async function open() {
  reading ??= catchUp().finally(() => {
    reading = null;
  });
  await reading;
}

async function catchUp() {
  const before = next;
  const from = next < 0 ? Math.max(0, (await traffic(END)).next - FIRST) : next;
  const answer = await traffic(from);
  for (const entry of [...answer.entries, ...waiting]) take(entry);
  next = Math.max(next, answer.next);
  waiting = [];
  if (!paused && next !== before) redraw();
}

/** @param {string} type @param {any} data */
function hear(type, data) {
  if (type !== "traffic" || data.number < next) return;
  if (reading || data.number > next) {
    waiting.push(data);
    if (!reading) open().catch(complain);
    return;
  }
  take(data);
  if (!paused && fits(data)) add(data);
}

/** @param {Entry} entry */
function take(entry) {
  if (entry.number < next) return;
  next = entry.number + 1;
  held.push(entry);
  if (held.length > SHOWN) held = held.slice(-SHOWN);
  if (!paused) return;
  missed += 1;
  pause.textContent = `Continue (${missed})`;
}

function togglePause() {
  paused = !paused;
  missed = 0;
  pause.textContent = paused ? "Continue" : "Pause";
  pause.setAttribute("aria-pressed", String(paused));
  if (!paused) redraw();
}

function redraw() {
  const fitting = held.filter(fits);
  replace(list, fitting.length ? fitting.map(row) : empty());
  list.scrollTop = list.scrollHeight;
}

function empty() {
  const text = held.length ? "Nothing here fits the filter." : "Nothing has crossed the sockets yet. Write something in a channel.";
  return h("li", { class: "inspector-empty" }, text);
}

/** @param {Entry} entry */
function fits(entry) {
  const kinds = GROUPS[group.value];
  const names = isRefused(entry) ? [entry.kind, "refused"] : [entry.kind];
  if (kinds.length && !names.some((one) => kinds.includes(one))) return false;
  const wanted = search.value.trim().toLowerCase();
  return !wanted || `${entry.title} ${entry.status ?? ""} ${SIGNS[entry.kind]} ${entry.reason ?? ""}`.toLowerCase().includes(wanted);
}

/** Whether this is a REST call that was not answered well. @param {Entry} entry */
function isRefused(entry) {
  return (entry.kind === "rest" || entry.kind === "unrouted") && entry.status >= 400;
}

/** @param {Entry} entry */
function add(entry) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
  list.querySelector(".inspector-empty")?.remove();
  list.append(row(entry));
  while (list.childElementCount > SHOWN) list.firstElementChild?.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

/** @param {Entry} entry */
function row(entry) {
  const bad = entry.kind === "violation" || isRefused(entry);
  const button = h(
    "button",
    { type: "button", class: `traffic-row ${bad ? "bad" : ""}`, "aria-expanded": "false" },
    h("span", { class: "traffic-time" }, TIME.format(new Date(entry.at * 1000))),
    h("span", { class: `traffic-kind kind-${entry.kind}` }, SIGNS[entry.kind] || entry.kind),
    h("span", { class: "traffic-title", dir: "auto" }, entry.title),
    h("span", { class: "traffic-facts" }, facts(entry)),
  );
  const item = h("li", {}, button);
  button.addEventListener("click", () => unfold(item, button, entry));
  return item;
}

/** @param {Entry} entry */
function facts(entry) {
  if (entry.ms !== undefined) return `${entry.status} · ${Math.round(entry.ms)} ms`;
  const parts = [];
  if (entry.shard !== undefined && entry.shard !== null) parts.push(`shard ${entry.shard}`);
  if (entry.sequence !== undefined) parts.push(`#${entry.sequence}`);
  if (entry.code !== undefined && entry.code !== null) parts.push(`code ${entry.code}`);
  if (entry.replayed !== undefined) parts.push(`${entry.replayed} replayed`);
  return parts.join(" · ");
}

/** @param {HTMLElement} item @param {HTMLElement} button @param {Entry} entry */
function unfold(item, button, entry) {
  const shown = item.querySelector(".traffic-body");
  button.setAttribute("aria-expanded", String(!shown));
  if (shown) {
    shown.remove();
    return;
  }
  const text = JSON.stringify(entry, null, 2);
  const copy = h("button", { type: "button", class: "button button-small" }, icon("copy"), h("span", {}, "Copy JSON"));
  copy.addEventListener("click", () => copyText(text));
  item.append(h("div", { class: "traffic-body" }, copy, h("pre", { tabindex: "0", "aria-label": "The entry as JSON" }, text)));
}

/** @param {string} text */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    announce("Copied");
    notify("The entry is copied.");
  } catch {
    notify("This browser does not let the page copy. Select the text instead.", "warning");
  }
}
