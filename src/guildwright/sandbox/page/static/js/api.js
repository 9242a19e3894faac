/** The control API, one function per operation. The page has no other way to the world. */

/** @typedef {import("./types.js").Message} Message */

const BASE = new URL("_sandbox/", document.baseURI);
let token = "";
let actingAs = "";

/** A refusal of the sandbox: `message` is a sentence for the person. */
export class ApiError extends Error {
  /** @param {number} status @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** @param {string} value */
export function useToken(value) {
  token = value;
}

/** Every later call is made as this person. @param {string} personId */
export function actAs(personId) {
  actingAs = personId;
}

export const info = () => call("GET", "info");
export const state = () => call("GET", "state", { as: actingAs });
/** @param {string} channelId */
export const commands = (channelId) => call("GET", "commands", { as: actingAs, channel_id: channelId });
/** @param {string} id */
export const interaction = (id) => call("GET", `interactions/${id}`, { as: actingAs });

/** @param {string} channelId @param {{before?: string, after?: string, limit?: number}} [window] */
export function messages(channelId, window = {}) {
  return call("GET", `channels/${channelId}/messages`, { as: actingAs, ...window });
}

/** @param {Record<string, any>} body @param {AbortSignal} [signal] */
export const autocomplete = (body, signal) => call("POST", "autocomplete", {}, { as: actingAs, ...body }, signal);

/** Do what a person can do in a chat client: send, click, react, … @param {string} name @param {Record<string, any>} body */
export const act = (name, body) => call("POST", `actions/${name}`, {}, { as: actingAs, ...body });

/** What crossed the sockets from an entry on. @param {number} since */
export const traffic = (since) => call("GET", "traffic", { since });
export const registered = () => call("GET", "registered");
export const sessions = () => call("GET", "sessions");
export const violations = () => call("GET", "violations");
export const faultKinds = () => call("GET", "faults/kinds");
export const faults = () => call("GET", "faults");
/** @param {Record<string, any>} fault */
export const strike = (fault) => call("POST", "faults", {}, fault);
/** @param {number} id */
export const endFault = (id) => call("DELETE", `faults/${id}`);
export const endFaults = () => call("DELETE", "faults");

/** Open the stream of events of the acting person, with what crosses the sockets if asked. @param {boolean} [withTraffic] */
export function openEvents(withTraffic = false) {
  const url = new URL("events", BASE);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("as", actingAs);
  if (withTraffic) url.searchParams.set("traffic", "1");
  return new WebSocket(url, ["guildwright", `token.${token}`]);
}

/**
 * @param {string} method @param {string} path @param {Record<string, any>} [query]
 * @param {Record<string, any>} [body] @param {AbortSignal} [signal]
 */
async function call(method, path, query = {}, body, signal) {
  const url = new URL(path, BASE);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  /** @type {Record<string, string>} */
  const headers = { Authorization: `Bearer ${token}` };
  if (body) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body), signal, cache: "no-store" });
    if (!answer.ok) throw await refusal(answer);
    return answer.status === 204 ? null : await answer.json();
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    throw new ApiError(0, "unreachable", "The sandbox does not answer. Is `guildwright run --sandbox` still running?");
  }
}

/** @param {Response} answer */
async function refusal(answer) {
  const body = await answer.json().catch(() => null);
  const error = body?.error || {};
  const sentence = error.message || `The sandbox answered ${answer.status}. Its log says more.`;
  return new ApiError(answer.status, error.code || "error", sentence);
}
