/** A layer beside an element: menus, pickers and profiles. One is open at a time. */

import { h } from "./dom.js";

const GAP = 6;

/** @type {{root: HTMLElement, close: (result?: any) => void} | null} */
let open = null;

/**
 * Show content beside an anchor until it is left by Escape, a click elsewhere or `close`.
 * @param {Element | {x: number, y: number}} anchor
 * @param {HTMLElement} content
 * @param {{className?: string, label: string, role?: string, prefer?: "above" | "below", onClose?: () => void, returnFocus?: boolean}} options
 * @returns {() => void} closes it
 */
export function showPopup(
  anchor,
  content,
  { className = "", label, role = "dialog", prefer = "below", onClose, returnFocus = true },
) {
  open?.close();
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const root = h(
    "div",
    { class: `popup ${className}`, role, "aria-label": label, popover: "manual", tabindex: "-1" },
    content,
  );
  const host = (anchor instanceof Element && anchor.closest("dialog")) || document.body;
  host.append(root);
  root.showPopover();
  const place = () => position(root, anchor, prefer);
  place();
  const watcher = new ResizeObserver(place);
  watcher.observe(root);

  const close = () => {
    if (open?.root !== root) return;
    open = null;
    watcher.disconnect();
    document.removeEventListener("pointerdown", outside, true);
    root.remove();
    if (returnFocus && before?.isConnected) before.focus({ preventScroll: true });
    onClose?.();
  };
  /** @param {PointerEvent} event */
  const outside = (event) => {
    if (event.target instanceof Node && !root.contains(event.target)) close();
  };
  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  document.addEventListener("pointerdown", outside, true);
  open = { root, close };
  return close;
}

export const closePopup = () => open?.close();

/** @param {HTMLElement} root @param {Element | {x: number, y: number}} anchor @param {"above" | "below"} prefer */
function position(root, anchor, prefer) {
  const at = anchor instanceof Element ? anchor.getBoundingClientRect() : new DOMRect(anchor.x, anchor.y, 0, 0);
  const { width, height } = root.getBoundingClientRect();
  const below = at.bottom + GAP;
  const above = at.top - GAP - height;
  const fitsBelow = below + height <= innerHeight - GAP;
  const top = (prefer === "above" && above >= GAP) || !fitsBelow ? above : below;
  const left = Math.min(at.left, innerWidth - width - GAP);
  root.style.setProperty("top", `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`);
  root.style.setProperty("left", `${Math.max(GAP, left)}px`);
}
