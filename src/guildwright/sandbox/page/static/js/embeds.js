/** Draws embeds in full. */

import { h } from "./dom.js";
import { cssColor } from "./identity.js";
import { drawText, textBlock, treeOr } from "./markdown.js";
import { mediaAddress, picture, withAddress } from "./media.js";
import { dayAndTime } from "./times.js";

/** @typedef {import("./types.js").Embed} Embed */

const FIELDS_PER_ROW = 3;

/** @param {Embed} embed @param {import("./types.js").Attachment[]} [files] of the embed's message */
export function drawEmbed(embed, files) {
  const trees = embed.trees || {};
  const color = embed.color ? cssColor(embed.color) : null;
  return h(
    "article",
    { class: "embed", style: { "--embed-color": color }, "aria-label": "Embed" },
    h(
      "div",
      { class: "embed-main" },
      embed.provider?.name && h("div", { class: "embed-provider", dir: "auto" }, embed.provider.name),
      author(embed.author, files),
      title(embed, trees),
      embed.description && textBlock(treeOr(trees.description, embed.description), "embed-description"),
      fields(embed.fields || [], trees.fields || []),
    ),
    embed.thumbnail && picture(withAddress(embed.thumbnail, files), "embed-thumbnail"),
    embed.image && picture(withAddress(embed.image, files), "embed-image"),
    embed.video && !embed.image && picture(embed.video, "embed-image"),
    footer(embed, files),
  );
}

/** @param {any} value @param {import("./types.js").Attachment[]} [files] */
function author(value, files) {
  if (!value?.name) return null;
  const name = value.url
    ? h("a", { href: value.url, target: "_blank", rel: "noopener noreferrer" }, value.name)
    : value.name;
  return h("div", { class: "embed-author", dir: "auto" }, smallIcon(value, files), h("span", {}, name));
}

/** @param {Embed} embed @param {any} trees */
function title(embed, trees) {
  if (!embed.title) return null;
  const text = drawText(treeOr(trees.title, embed.title));
  const inside = embed.url ? h("a", { href: embed.url, target: "_blank", rel: "noopener noreferrer" }, text) : text;
  return h("div", { class: "embed-title", dir: "auto" }, inside);
}

/** Fields stand in rows: inline ones up to three beside each other. @param {any[]} values @param {any[]} trees */
function fields(values, trees) {
  if (values.length === 0) return null;
  const rows = /** @type {{inline: boolean, cells: HTMLElement[]}[]} */ ([]);
  values.forEach((value, index) => {
    const row = rows.at(-1);
    const cell = field(value, trees[index] || {});
    if (value.inline && row?.inline && row.cells.length < FIELDS_PER_ROW) row.cells.push(cell);
    else rows.push({ inline: Boolean(value.inline), cells: [cell] });
  });
  return h(
    "div",
    { class: "embed-fields" },
    rows.map((row) => h("div", { class: "embed-row" }, row.cells)),
  );
}

/** @param {any} value @param {any} trees */
function field(value, trees) {
  return h(
    "div",
    { class: "embed-field" },
    h("div", { class: "embed-field-name", dir: "auto" }, drawText(treeOr(trees.name, value.name))),
    textBlock(treeOr(trees.value, value.value), "embed-field-value"),
  );
}

/** @param {Embed} embed @param {import("./types.js").Attachment[]} [files] */
function footer(embed, files) {
  const text = embed.footer?.text;
  const time = embed.timestamp && h("time", { datetime: embed.timestamp }, dayAndTime(embed.timestamp));
  if (!text && !time) return null;
  return h(
    "div",
    { class: "embed-footer", dir: "auto" },
    smallIcon(embed.footer, files),
    text && h("span", {}, text),
    text && time && " • ",
    time,
  );
}

/** @param {any} value @param {import("./types.js").Attachment[]} [files] */
function smallIcon(value, files) {
  const own = withAddress({ url: value?.icon_url }, files);
  const address = mediaAddress(value?.proxy_icon_url) || mediaAddress(own.url);
  return address ? h("img", { class: "embed-icon", src: address, alt: "" }) : null;
}
