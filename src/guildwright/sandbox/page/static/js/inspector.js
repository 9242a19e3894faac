/** The inspector: what the bot and Discord say to each other, and everything that can go wrong on purpose. */

import { openEvents } from "./api.js";
import { byId, h, replace } from "./dom.js";
import { setUpFaults } from "./faults.js";
import { icon } from "./icons.js";
import { setUpRegistered } from "./registered.js";
import { setUpShards } from "./shards.js";
import { sentenceOf } from "./toast.js";
import { setUpTraffic } from "./traffic.js";
import { setUpViolations } from "./violations.js";

/**
 * @typedef {{number: number, at: number, kind: string, title: string, body: any, [fact: string]: any}} Entry
 * @typedef {{label: string, panel: HTMLElement, open: () => Promise<void>, hear: (type: string, data: any) => void}} Tab
 */

const AGAIN_AFTER = 1_000;

/** @type {WebSocket | null} */
let socket = null;
/** @type {Tab[]} */
let tabs = [];
let chosen = 0;

export function setUpInspector() {
  const button = byId("open-inspector");
  button.append(icon("pulse"));
  button.addEventListener("click", () => toggle(byId("inspector").hidden));
  document.addEventListener("keydown", (event) => {
    const inside = byId("inspector").contains(document.activeElement);
    if (event.key === "Escape" && inside && !event.defaultPrevented) toggle(false);
  });
}

/** @param {boolean} open */
function toggle(open) {
  const panel = byId("inspector");
  panel.hidden = !open;
  document.body.classList.toggle("inspecting", open);
  byId("open-inspector").setAttribute("aria-expanded", String(open));
  if (!open) {
    hangUp();
    byId("open-inspector").focus();
    return;
  }
  if (tabs.length === 0) draw(panel);
  listen();
  panel.querySelector("[role=tab][aria-selected=true]")?.focus();
}

/** @param {HTMLElement} panel */
function draw(panel) {
  tabs = [setUpTraffic(), setUpRegistered(), setUpShards(), setUpViolations(), setUpFaults()];
  const close = h("button", { type: "button", class: "icon-button", "aria-label": "Close the inspector" }, icon("close"));
  close.addEventListener("click", () => toggle(false));
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": "Inspector" }, tabs.map(drawTab));
  list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => moveAlong(event));
  replace(panel, h("header", { class: "inspector-head" }, list, close), tabs.map(framed));
  choose(0);
}

/** @param {Tab} tab @param {number} index */
function drawTab(tab, index) {
  const button = h("button", { type: "button", role: "tab", id: `tab-${index}`, "aria-controls": `panel-${index}` }, tab.label);
  button.addEventListener("click", () => choose(index));
  return button;
}

/** @param {Tab} tab @param {number} index */
function framed(tab, index) {
  tab.panel.id = `panel-${index}`;
  tab.panel.setAttribute("role", "tabpanel");
  tab.panel.setAttribute("aria-labelledby", `tab-${index}`);
  return tab.panel;
}

/** @param {KeyboardEvent} event */
function moveAlong(event) {
  const steps = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowLeft: -1 });
  if (!steps[event.key]) return;
  event.preventDefault();
  choose((chosen + steps[event.key] + tabs.length) % tabs.length);
  byId(`tab-${chosen}`).focus();
}

/** @param {number} index */
function choose(index) {
  chosen = index;
  tabs.forEach((tab, at) => {
    tab.panel.hidden = at !== index;
    byId(`tab-${at}`).setAttribute("aria-selected", String(at === index));
    byId(`tab-${at}`).tabIndex = at === index ? 0 : -1;
  });
  read(tabs[index]);
}

/** Read the page of a tab; what failed is said there, with a button that tries again. @param {Tab} tab */
async function read(tab) {
  tab.panel.querySelector(".inspector-failed")?.remove();
  try {
    await tab.open();
  } catch (error) {
    const again = h("button", { type: "button", class: "button button-small" }, "Try again");
    again.addEventListener("click", () => read(tab));
    tab.panel.querySelector(".inspector-failed")?.remove();
    tab.panel.prepend(h("div", { class: "inspector-failed", role: "alert" }, h("p", {}, sentenceOf(error)), again));
    if (!error?.code) throw error;
  }
}

function hangUp() {
  const mine = socket;
  socket = null;
  if (mine?.readyState === WebSocket.CONNECTING) mine.addEventListener("open", () => mine.close());
  else mine?.close();
}

/** Hear everything while the inspector is open; a stream that is lost is opened again. */
function listen() {
  const mine = openEvents(true);
  socket = mine;
  mine.addEventListener("open", () => read(tabs[chosen]));
  mine.addEventListener("message", (event) => {
    const { type, data } = JSON.parse(event.data);
    for (const tab of tabs) tab.hear(type, data);
  });
  mine.addEventListener("close", () => {
    if (socket === mine && !byId("inspector").hidden) setTimeout(() => socket === mine && listen(), AGAIN_AFTER);
  });
}
