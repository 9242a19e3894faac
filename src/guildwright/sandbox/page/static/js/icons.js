/** The page's icons: constant strokes on a 24 × 24 grid. */

const NAMESPACE = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} */
const STROKES = {
  apps: "M5 5h5v5H5zM14 5h5v5h-5zM5 14h5v5H5zM16.5 13.5v6M13.5 16.5h6",
  arrowDown: "M12 5v14M6 13l6 6 6-6",
  bot: "M6 9h12a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-6a2 2 0 0 1 2-2zM12 9V5M9 13.5v1M15 13.5v1",
  calendar: "M5 6h14v14H5zM5 10h14M9 3v4M15 3v4",
  check: "M5 12.5l4.5 4.5L19 7",
  chevron: "M7 10l5 5 5-5",
  clip: "M20 11.5l-8.2 8.2a5 5 0 0 1-7-7l8.8-8.9a3.4 3.4 0 0 1 4.8 4.8l-8.8 8.8a1.7 1.7 0 0 1-2.4-2.4l8-8",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h10v11H9zM5 15V4h10",
  dots: "M5 12h.01M12 12h.01M19 12h.01",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  exit: "M14 4h5v16h-5M4 12h11M10 7l5 5-5 5",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  folder: "M3 6h6l2 2h10v11H3z",
  forum: "M4 4h12v9H9l-3 3v-3H4zM19 8h1v9h-2v3l-3-3h-4",
  forward: "M14 6l6 6-6 6M20 12H9a6 6 0 0 0-6 6",
  hash: "M9.5 4L7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16",
  home: "M4 5h16v11h-8l-4 4v-4H4z",
  join: "M12 5v14M5 12h14",
  link: "M13 5h6v6M19 5l-9 9M10 6H5v13h13v-5",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  megaphone: "M4 10v4h3l9 5V5L7 10zM19 9.5v5",
  menu: "M4 6h16M4 12h16M4 18h16",
  pencil: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  pin: "M9 4h6l-1 7 3 3H7l3-3zM12 14v6",
  plus: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8.5v7M8.5 12h7",
  pulse: "M3 12h4l3-7 4 14 3-7h4",
  reply: "M10 6l-6 6 6 6M4 12h11a6 6 0 0 1 6 6",
  send: "M4 4l17 8-17 8 3-8zM7 12h8",
  slash: "M14.5 6l-5 12M4 4h16v16H4z",
  smile: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM8.5 14.5c1.8 2.4 5.2 2.4 7 0M9 9.5v.5M15 9.5v.5",
  speaker: "M4 9.5v5h4l5 4.5V5L8 9.5zM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11",
  thread: "M5 4v9a3 3 0 0 0 3 3h11M15 12l4 4-4 4",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  user: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20a7.5 7.5 0 0 1 15 0",
  users:
    "M9 5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM2.5 19a6.5 6.5 0 0 1 13 0M16 5.5a3 3 0 0 1 0 6M18 14.5a6 6 0 0 1 3.5 4.5",
  warning: "M12 4l9 16H3zM12 10v5M12 17.5v.5",
  window: "M4 5h16v14H4zM4 9h16",
};

/** @param {keyof typeof STROKES} name @param {string} [label] said by screen readers; without it the icon is decoration */
export function icon(name, label) {
  const svg = document.createElementNS(NAMESPACE, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(NAMESPACE, "path");
  path.setAttribute("d", STROKES[name]);
  svg.appendChild(path);
  return svg;
}
