/** Pictures and files. Only files of the sandbox's CDN path are loaded; others are named. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { store } from "./store.js";

/** @typedef {import("./types.js").Attachment} Attachment */

const WIDEST = 420;
const HIGHEST = 320;
const OWN_FILE = "attachment://";

/** Where the page may load this address from, or null. The host by which the page was opened is used. @param {string | null | undefined} address */
export function mediaAddress(address) {
  const base = store.info?.cdn_base;
  if (!address || !base || !address.startsWith(`${base}/`)) return null;
  return new URL(`cdn/${address.slice(base.length + 1)}`, document.baseURI).href;
}

/**
 * A picture of an embed or a gallery.
 * @param {{url?: string, proxy_url?: string, width?: number, height?: number, description?: string} | null | undefined} media
 * @param {string} className
 */
export function picture(media, className) {
  if (!media?.url) return null;
  const address = mediaAddress(media.proxy_url) || mediaAddress(media.url);
  if (!address) return outsidePicture(media.url, className);
  const { width, height } = fitted(media.width, media.height);
  return h(
    "a",
    { class: `picture ${className}`, href: address, target: "_blank", rel: "noopener" },
    h("img", { src: address, alt: media.description || "Picture", width, height, loading: "lazy" }),
  );
}

/** @param {string} url @param {string} className */
function outsidePicture(url, className) {
  return h(
    "a",
    {
      class: `picture picture-outside ${className}`,
      href: url,
      target: "_blank",
      rel: "noopener noreferrer",
      title: `${url}\nThe sandbox loads nothing from outside.`,
    },
    icon("link"),
    h("span", {}, hostOf(url)),
  );
}

/** @param {string} url */
function hostOf(url) {
  try {
    return new URL(url).host || url;
  } catch {
    return url;
  }
}

/** @param {number | null | undefined} width @param {number | null | undefined} height */
function fitted(width, height) {
  if (!width || !height) return {};
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** The address of a file, also when an embed names a file of its own message. @param {any} media @param {Attachment[]} [attachments] */
export function withAddress(media, attachments = []) {
  if (!media?.url?.startsWith(OWN_FILE)) return media;
  const file = attachments.find((one) => one.filename === media.url.slice(OWN_FILE.length));
  return file ? { ...media, url: file.url, proxy_url: undefined, width: file.width, height: file.height } : media;
}

/** Attachments that no embed and no component shows already. @param {import("./types.js").Message} message @returns {Attachment[]} */
export function shownAlone(message) {
  const used = JSON.stringify([message.embeds || [], message.components || []]);
  return (message.attachments || []).filter(
    (file) => !used.includes(JSON.stringify(file.url)) && !used.includes(JSON.stringify(OWN_FILE + file.filename)),
  );
}

/** @param {Attachment[]} attachments */
export function attachmentList(attachments) {
  if (attachments.length === 0) return null;
  return h("div", { class: "attachments" }, attachments.map(attachment));
}

/** @param {Attachment} file */
function attachment(file) {
  if (!file.content_type?.startsWith("image/")) return fileCard(file);
  const shown = picture({ ...file, description: file.description || file.filename }, "attachment-picture");
  return file.filename.startsWith("SPOILER_") ? veil(shown, "Show the spoiler") : shown;
}

/** Something that is shown when it is asked for. @param {HTMLElement | null} content @param {string} label */
export function veil(content, label) {
  const button = h("button", { type: "button", class: "veil-button" }, icon("eye"), "Spoiler");
  button.setAttribute("aria-label", label);
  const root = h("div", { class: "veil" }, h("div", { class: "veil-content", inert: true }, content), button);
  button.addEventListener("click", () => root.replaceWith(content || ""));
  return root;
}

/** @param {{filename?: string, name?: string, size?: number, url?: string}} file */
export function fileCard(file) {
  const name = file.filename || file.name || "file";
  const address = mediaAddress(file.url);
  return h(
    "div",
    { class: "file-card" },
    icon("file"),
    h(
      "div",
      { class: "file-text" },
      h("a", { class: "file-name", href: address, download: name, dir: "auto" }, name),
      file.size !== undefined && h("span", { class: "file-size" }, sizeText(file.size)),
    ),
    address &&
      h(
        "a",
        { class: "icon-button", href: address, download: name, "aria-label": `Download ${name}` },
        icon("download"),
      ),
  );
}

/** @param {number} bytes */
export function sizeText(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Custom emoji as a picture, others as the sign itself. @param {import("./types.js").Emoji | null | undefined} emoji */
export function emojiElement(emoji) {
  if (!emoji?.name && !emoji?.id) return null;
  if (!emoji.id) return h("span", { class: "emoji" }, emoji.name);
  const name = `:${emoji.name || "emoji"}:`;
  const address = mediaAddress(`${store.info?.cdn_base}/emojis/${emoji.id}.${emoji.animated ? "gif" : "png"}`);
  const image = h("img", { class: "emoji emoji-custom", src: address, alt: name, title: name });
  image.addEventListener("error", () => image.replaceWith(name));
  return image;
}
