/** Components of messages: rows of buttons and selects, and the layout of components v2. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { cssColor } from "./identity.js";
import { start } from "./interactions.js";
import { textBlock, treeOr } from "./markdown.js";
import { emojiElement, fileCard, picture, veil } from "./media.js";
import { drawSelect, isSelect } from "./selects.js";
import { store } from "./store.js";

/** @typedef {import("./types.js").Component} Component */
/** @typedef {import("./types.js").Message} Message */

/** @type {Record<number, string>} */
const BUTTON_STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };

/** @type {Record<number, (component: Component, message: Message) => Node | null>} */
const DRAWN = {
  1: row,
  2: button,
  9: section,
  10: (component) => textBlock(treeOr(component.tree, component.content), "text-display"),
  11: (component) =>
    covered(component, picture({ ...component.media, description: component.description }, "thumbnail")),
  12: gallery,
  13: (component) => covered(component, fileCard({ ...component, ...component.file })),
  14: (component) =>
    h("hr", {
      class: `separator ${component.divider === false ? "no-line" : ""} ${component.spacing === 2 ? "wide" : ""}`,
    }),
  17: container,
};

/** @param {Component[]} components @param {Message} message @returns {(Node | null)[]} */
export function drawComponents(components, message) {
  return components.map((component) => drawComponent(component, message));
}

/** @param {Component} component @param {Message} message @returns {Node | null} */
function drawComponent(component, message) {
  if (isSelect(component)) return select(component, message);
  const draw = DRAWN[component.type];
  return draw
    ? draw(component, message)
    : h("p", { class: "unknown-component" }, `Component of type ${component.type}, which this page does not draw`);
}

/** @param {Component} component @param {Message} message */
function row(component, message) {
  return h("div", { class: "component-row" }, drawComponents(component.components || [], message));
}

/** @param {Component} component @param {Message} message */
function button(component, message) {
  const style = BUTTON_STYLES[component.style] || "secondary";
  const content = [emojiElement(component.emoji), component.label && h("span", { dir: "auto" }, component.label)];
  if (style === "link") {
    return h(
      "a",
      { class: "button button-secondary", href: component.url, target: "_blank", rel: "noopener noreferrer" },
      content,
      icon("link"),
    );
  }
  const busy = isWaiting(message, component.custom_id);
  const label = component.label ? null : component.emoji?.name || "Button";
  const drawn = h(
    "button",
    {
      type: "button",
      class: `button button-${style} ${busy ? "busy" : ""}`,
      disabled: component.disabled || busy,
      "aria-busy": busy,
      "aria-label": label,
      "data-custom-id": component.custom_id,
    },
    content,
  );
  drawn.addEventListener("click", () => void use("click", message, component, {}));
  return drawn;
}

/** @param {Component} component @param {Message} message */
function select(component, message) {
  const busy = isWaiting(message, component.custom_id);
  return drawSelect(component, { busy, onDone: (values) => void use("select", message, component, { values }) });
}

/** @param {"click" | "select"} action @param {Message} message @param {Component} component @param {Record<string, any>} body */
function use(action, message, component, body) {
  const target = { channel_id: message.channel_id, message_id: message.id, custom_id: component.custom_id };
  return start(
    action,
    { ...target, ...body },
    {
      label: component.label || component.placeholder || "Component",
      messageId: message.id,
      customId: component.custom_id,
    },
  );
}

/** @param {Message} message @param {string | undefined} customId */
function isWaiting(message, customId) {
  return [...store.waiting.values()].some(
    (one) => one.state === "waiting" && one.messageId === message.id && one.customId === customId,
  );
}

/** @param {Component} component @param {Message} message */
function section(component, message) {
  return h(
    "div",
    { class: "section" },
    h("div", { class: "section-text" }, drawComponents(component.components || [], message)),
    component.accessory && h("div", { class: "section-accessory" }, drawComponent(component.accessory, message)),
  );
}

/** @param {Component} component @param {Message} message */
function container(component, message) {
  const color =
    component.accent_color === undefined || component.accent_color === null ? null : cssColor(component.accent_color);
  const drawn = h(
    "div",
    { class: `container ${color ? "accented" : ""}`, style: { "--embed-color": color } },
    drawComponents(component.components || [], message),
  );
  return component.spoiler ? veil(drawn, "Show the spoiler") : drawn;
}

/** @param {Component} component */
function gallery(component) {
  const items = component.items || [];
  const drawn = items.map((/** @type {any} */ item) =>
    covered(item, picture({ ...item.media, description: item.description }, "gallery-item")),
  );
  return h("div", { class: `gallery gallery-${Math.min(items.length, 4)}` }, drawn);
}

/** @param {{spoiler?: boolean}} component @param {HTMLElement | null} drawn */
const covered = (component, drawn) => (component.spoiler ? veil(drawn, "Show the spoiler") : drawn);
