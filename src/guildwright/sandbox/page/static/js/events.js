/** The stream of events: keeps it open, and says when it is lost and when it is back. */

import { openEvents } from "./api.js";

const FIRST_WAIT = 250;
const LONGEST_WAIT = 5_000;

/** @type {WebSocket | null} */
let socket = null;
let generation = 0;

/**
 * Listen as the acting person; an earlier stream is closed.
 * @param {{onEvent: (type: string, data: any) => void, onOpen: () => void, onLost: () => void}} listener
 */
export function listen(listener) {
  generation += 1;
  socket?.close();
  connect(listener, generation, FIRST_WAIT);
}

/** @param {Parameters<typeof listen>[0]} listener @param {number} mine @param {number} wait */
function connect(listener, mine, wait) {
  const opened = openEvents();
  let nextWait = Math.min(wait * 2, LONGEST_WAIT);
  socket = opened;
  opened.addEventListener("open", () => {
    nextWait = FIRST_WAIT;
    if (mine === generation) listener.onOpen();
  });
  opened.addEventListener("message", (event) => {
    if (mine !== generation) return;
    const { type, data } = JSON.parse(event.data);
    listener.onEvent(type, data);
  });
  opened.addEventListener("close", () => {
    if (mine !== generation) return;
    listener.onLost();
    setTimeout(() => mine === generation && connect(listener, mine, nextWait), wait);
  });
}
