/**
 * What a window is: its token, its acting person and its channel. The printed address carries the
 * token once; it is taken out of the address at once and kept for this window only.
 */

const TOKEN = "guildwright.token";
const PERSON = "guildwright.person";

/** @returns {{token: string | null, person: string | null, channel: string | null}} */
export function readAddress() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const given = hash.get("token");
  if (given) sessionStorage.setItem(TOKEN, given);
  const person = hash.get("as") || sessionStorage.getItem(PERSON);
  const place = { token: sessionStorage.getItem(TOKEN), person, channel: hash.get("channel") };
  if (given) writeHash(person, place.channel);
  return place;
}

/** @param {string} person @param {string | null} channel */
export function writeAddress(person, channel) {
  sessionStorage.setItem(PERSON, person);
  writeHash(person, channel);
}

/** @param {string} token */
export function keepToken(token) {
  sessionStorage.setItem(TOKEN, token);
}

/** Does the address carry a token that was not taken yet? */
export const hasFreshToken = () => new URLSearchParams(location.hash.slice(1)).has("token");

/** The address of a further window, in which another person acts. @param {string} person @param {string | null} channel */
export function addressFor(person, channel) {
  const hash = new URLSearchParams({ token: sessionStorage.getItem(TOKEN) || "", as: person });
  if (channel) hash.set("channel", channel);
  return `${location.pathname}#${hash}`;
}

/** @param {string | null} person @param {string | null} channel */
function writeHash(person, channel) {
  const hash = new URLSearchParams();
  if (person) hash.set("as", person);
  if (channel) hash.set("channel", channel);
  history.replaceState(null, "", `${location.pathname}#${hash}`);
}
