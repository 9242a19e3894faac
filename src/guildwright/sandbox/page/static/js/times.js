/** Dates as people say them, in the browser's language and time zone. */

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const TIME_LONG = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: "short" });
const DATE_LONG = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" });
const FULL_DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const SHORT = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "short" });
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** @type {Record<string, (date: Date) => string>} */
const STYLES = {
  t: (date) => TIME.format(date),
  T: (date) => TIME_LONG.format(date),
  d: (date) => DATE.format(date),
  D: (date) => DATE_LONG.format(date),
  f: (date) => FULL.format(date),
  F: (date) => FULL_DAY.format(date),
  s: (date) => SHORT.format(date),
  S: (date) => SHORT.format(date),
  R: relative,
};

/** @param {Date} date */
export function relative(date) {
  const seconds = (date.getTime() - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) || ["second", 1];
  return RELATIVE.format(Math.round(seconds / size), unit);
}

/** A timestamp of Discord's markdown. @param {number} unix @param {string} style */
export function styled(unix, style) {
  const date = new Date(unix * 1000);
  if (Number.isNaN(date.getTime())) return "Invalid date";
  return (STYLES[style] || STYLES.f)(date);
}

/** @param {string} iso */
export const clock = (iso) => TIME.format(new Date(iso));
/** @param {string} iso */
export const longDate = (iso) => FULL_DAY.format(new Date(iso));
/** @param {string} iso */
export const dayKey = (iso) => new Date(iso).toDateString();

/** "Today" and "Yesterday" are said; other days are written out. @param {string} iso */
export function dayName(iso) {
  const day = new Date(iso);
  const days = Math.round((startOfDay(new Date()) - startOfDay(day)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return DATE_LONG.format(day);
}

/** @param {string} iso */
export function dayAndTime(iso) {
  const name = dayName(iso);
  return name === "Today"
    ? clock(iso)
    : name === "Yesterday"
      ? `Yesterday, ${clock(iso)}`
      : SHORT.format(new Date(iso));
}

/** @param {Date} date */
function startOfDay(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
