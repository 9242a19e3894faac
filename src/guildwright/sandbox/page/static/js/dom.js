/**
 * Builds the page's elements. Text only ever becomes a text node: nothing here, or anywhere in
 * the page, turns a string into HTML.
 */

const ADDRESS_ATTRIBUTES = new Set(["href", "src"]);
const SAFE_ADDRESS = /^(https?:\/\/|data:image\/(png|jpeg|gif|webp|avif);|\/|#|\.\/|cdn\/)/i;

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {Child | Child[]} Children
 */

/**
 * Build an element. `on…` attributes are listeners, `style` is an object of properties,
 * `true` sets an empty attribute, `false`, null and undefined set none.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...Children} children
 * @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  append(element, children);
  return element;
}

/** @param {HTMLElement} element @param {string} name @param {any} value */
function setAttribute(element, name, value) {
  if (value === null || value === undefined) return;
  if (name.startsWith("aria-")) element.setAttribute(name, String(value));
  else if (value === false) return;
  else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "style") setStyle(element, value);
  else if (name === "value") /** @type {HTMLInputElement} */ (element).value = value;
  else if (ADDRESS_ATTRIBUTES.has(name) && !SAFE_ADDRESS.test(value)) return;
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** @param {HTMLElement} element @param {Record<string, string | null | undefined>} properties */
function setStyle(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value) element.style.setProperty(name, value);
  }
}

/** @param {Node} parent @param {Children[]} children */
function append(parent, children) {
  for (const child of children.flat(4)) {
    if (child === null || child === undefined || child === false) continue;
    parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** @param {Element} parent @param {...Children} children */
export function replace(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
}

/** The element of index.html with this id. @param {string} id @returns {any} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no #${id}`);
  return element;
}

/** Say something to screen readers without showing it. @param {string} text */
export function announce(text) {
  byId("announcer").textContent = text;
}

let lastId = 0;

/** An id that no other element has, for aria references. @param {string} prefix */
export function newId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
