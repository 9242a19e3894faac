/** Draws the tree that the sandbox parsed from Discord's markdown. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { cssColor, findUser, nameOf } from "./identity.js";
import { emojiElement } from "./media.js";
import { showProfile } from "./profile.js";
import { currentGuild, findChannel } from "./store.js";
import { longDate, styled } from "./times.js";

/** @typedef {import("./types.js").TextNode} TextNode */

/** @param {TextNode[] | undefined} nodes @returns {Node[]} */
export function drawText(nodes) {
  return (nodes || []).map(drawNode);
}

/** The text as a block; several signs alone are drawn large. @param {TextNode[] | undefined} nodes @param {string} className */
export function textBlock(nodes, className) {
  const large = isEmojiOnly(nodes) ? " emoji-only" : "";
  return h("div", { class: `text ${className}${large}`, dir: "auto" }, drawText(nodes));
}

/** The message's tree, or its plain text where a tree did not come. @param {TextNode[] | undefined} nodes @param {string | undefined} plain @returns {TextNode[]} */
export function treeOr(nodes, plain) {
  return nodes || (plain ? [{ type: "text", text: plain }] : []);
}

/** Everything that a reader would read, on one line. @param {TextNode[] | undefined} nodes @returns {string} */
export function summary(nodes) {
  return (nodes || []).map(summaryOf).join("").replace(/\s+/g, " ").trim();
}

/** @param {TextNode} node @returns {string} */
function summaryOf(node) {
  if (node.type === "spoiler") return "▒▒▒";
  if (node.type === "break") return " ";
  if (node.type === "emoji") return `:${node.name}:`;
  if (node.type === "timestamp") return styled(node.unix || 0, node.style || "f");
  if (node.children) return `${summary(node.children)} `;
  return node.text ?? drawNode(node).textContent ?? "";
}

/** @type {Record<string, string>} */
const MARKS = { bold: "strong", italic: "em", underline: "u", strike: "s", item: "li", quote: "blockquote" };

/** @type {Record<string, (node: TextNode) => Node>} */
const DRAWN = {
  text: (node) => document.createTextNode(node.text || ""),
  break: () => h("br"),
  code: (node) => h("code", {}, node.text),
  code_block: codeBlock,
  heading: (node) =>
    h(`h${(node.level || 1) + 2}`, { class: `heading heading-${node.level}` }, drawText(node.children)),
  subtext: (node) => h("small", { class: "subtext" }, drawText(node.children)),
  list: (node) => h(node.ordered ? "ol" : "ul", { start: node.ordered ? node.start : null }, drawText(node.children)),
  link: (node) => h("a", { href: node.href, target: "_blank", rel: "noopener noreferrer" }, drawText(node.children)),
  spoiler,
  user: userMention,
  role: roleMention,
  channel: channelMention,
  everyone: (node) => h("span", { class: "mention" }, node.text),
  command: commandMention,
  emoji: (node) => emojiElement(node),
  timestamp,
};

/** @param {TextNode} node @returns {Node} */
function drawNode(node) {
  if (MARKS[node.type]) return h(MARKS[node.type], {}, drawText(node.children));
  const draw = DRAWN[node.type];
  return draw ? draw(node) : document.createTextNode(node.text || "");
}

/** @param {TextNode} node */
function codeBlock(node) {
  const copy = h("button", { type: "button", class: "code-copy", "aria-label": "Copy the code" }, icon("copy"));
  copy.addEventListener("click", () => navigator.clipboard?.writeText(node.text || ""));
  return h(
    "div",
    { class: "code-block" },
    node.language && h("span", { class: "code-language" }, node.language),
    h("pre", { tabindex: "0" }, h("code", { dir: "ltr" }, node.text)),
    copy,
  );
}

/** @param {TextNode} node */
function spoiler(node) {
  const content = h("span", { class: "spoiler-text", inert: true }, drawText(node.children));
  const root = h("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Spoiler: show" }, content);
  const show = () => {
    root.classList.add("shown");
    content.inert = false;
    for (const name of ["role", "tabindex", "aria-label"]) root.removeAttribute(name);
  };
  root.addEventListener("click", show, { once: true });
  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" || event.key === " ") show();
  });
  return root;
}

/** @param {TextNode} node */
function userMention(node) {
  const user = findUser(node.id || "");
  if (!user) return h("span", { class: "mention" }, `@${node.id}`);
  const button = h("button", { type: "button", class: "mention", dir: "auto" }, `@${nameOf(user)}`);
  button.addEventListener("click", () => showProfile(user, button));
  return button;
}

/** @param {TextNode} node */
function roleMention(node) {
  const role = currentGuild()?.roles.find((one) => one.id === node.id);
  const color = role?.color ? cssColor(role.color) : null;
  return h(
    "span",
    { class: "mention", dir: "auto", style: { "--mention-color": color } },
    `@${role?.name || "unknown role"}`,
  );
}

/** @param {TextNode} node */
function channelMention(node) {
  const channel = findChannel(node.id || "");
  if (!channel) return h("span", { class: "mention" }, "# no access");
  return h(
    "button",
    { type: "button", class: "mention", dir: "auto", "data-channel": channel.id },
    `# ${channel.name}`,
  );
}

/** @param {TextNode} node */
function commandMention(node) {
  return h("button", { type: "button", class: "mention", "data-command": node.text }, node.text);
}

/** @param {TextNode} node */
function timestamp(node) {
  const date = new Date((node.unix || 0) * 1000);
  if (Number.isNaN(date.getTime())) return h("span", { class: "timestamp" }, "Invalid date");
  return h(
    "time",
    { class: "timestamp", datetime: date.toISOString(), title: longDate(date.toISOString()) },
    styled(node.unix || 0, node.style || "f"),
  );
}

/** @param {TextNode[] | undefined} nodes */
function isEmojiOnly(nodes) {
  if (!nodes?.length || nodes.length > 27) return false;
  const blank = (/** @type {TextNode} */ node) =>
    node.type === "text" && /^[\s\p{Extended_Pictographic}\u{FE0F}\u{200D}]*$/u.test(node.text || "");
  const seen = nodes.some((node) => node.type === "emoji" || /\p{Extended_Pictographic}/u.test(node.text || ""));
  return seen && nodes.every((node) => node.type === "emoji" || blank(node));
}
