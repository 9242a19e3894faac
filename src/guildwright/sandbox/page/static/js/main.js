/** Starts the page: takes the token, sets the parts up, lets the person of this window act. */

import { hasFreshToken, keepToken, readAddress } from "./address.js";
import * as api from "./api.js";
import { openNamedChannel, setUpChannels } from "./channels.js";
import { fillDraft, setUpComposer } from "./composer.js";
import { byId, h, replace } from "./dom.js";
import { setUpHeader } from "./header.js";
import { setUpInspector } from "./inspector.js";
import { setUpMembers } from "./members.js";
import { setUpMessages } from "./messages.js";
import { setUpPeople } from "./people.js";
import { setUpRail } from "./rail.js";
import { actAs } from "./session.js";
import { store } from "./store.js";
import { setUpTyping } from "./typing.js";

addEventListener("hashchange", () => hasFreshToken() && location.reload());
document.addEventListener("click", openNamedChannel);
document.addEventListener("click", fillNamedCommand);
byId("skip").addEventListener("click", () => byId("draft").focus());

await begin();

async function begin() {
  const { token, person, channel } = readAddress();
  if (!token) {
    askForAddress("This window has no key to the sandbox yet.");
    return;
  }
  api.useToken(token);
  try {
    store.info = await api.info();
    for (const setUp of [
      setUpRail,
      setUpChannels,
      setUpPeople,
      setUpHeader,
      setUpMessages,
      setUpMembers,
      setUpComposer,
      setUpTyping,
      setUpInspector,
    ])
      setUp();
    await actAs(knownPerson(person), channel);
    document.body.classList.add("ready");
  } catch (error) {
    askForAddress(/** @type {Error} */ (error).message);
    if (!(error instanceof api.ApiError)) throw error;
  }
}

/** The person of the address, or the owner of the world. @param {string | null} person */
function knownPerson(person) {
  const people = store.info.people.map((/** @type {{id: string}} */ one) => one.id);
  return person && people.includes(person) ? person : store.info.owner_id;
}

/** Without a working token there is nothing to show but how to get one. @param {string} reason */
function askForAddress(reason) {
  const input = h("input", {
    class: "text-input",
    type: "text",
    name: "address",
    "aria-label": "Address or token",
    placeholder: "http://127.0.0.1:8090/#token=…",
    autocomplete: "off",
  });
  const form = h(
    "form",
    { class: "gate-form" },
    input,
    h("button", { type: "submit", class: "button button-primary" }, "Open"),
  );
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    const given = input.value.trim();
    const token = given.includes("token=")
      ? new URLSearchParams(given.slice(given.indexOf("#") + 1)).get("token")
      : given;
    if (!token) return;
    keepToken(token);
    location.reload();
  });
  replace(
    byId("gate"),
    h(
      "div",
      { class: "gate-card" },
      h("h1", {}, "Guildwright sandbox"),
      h("p", {}, reason),
      h(
        "p",
        {},
        "Open the whole address that ",
        h("code", {}, "guildwright run --sandbox"),
        " printed in the terminal, or paste it here:",
      ),
      form,
    ),
  );
  byId("gate").hidden = false;
  input.focus();
}

/** A command named in a message goes into the composer. @param {MouseEvent} event */
function fillNamedCommand(event) {
  const target = event.target instanceof Element ? event.target.closest("[data-command]") : null;
  const text = target?.getAttribute("data-command");
  if (text) fillDraft(`${text} `);
}
