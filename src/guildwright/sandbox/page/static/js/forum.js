/** A forum: its posts, the newest first. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { nameById } from "./identity.js";
import { isThread } from "./order.js";
import { compareIds } from "./snowflakes.js";
import { currentGuild } from "./store.js";

/** @typedef {import("./types.js").Channel} Channel */

/** @param {Channel} forum */
export function drawForum(forum) {
  const posts = (currentGuild()?.channels || []).filter(
    (channel) => isThread(channel) && channel.parent_id === forum.id,
  );
  posts.sort((a, b) => compareIds(b.last_message_id || b.id, a.last_message_id || a.id));
  return h(
    "section",
    { class: "forum", "aria-label": `Posts in ${forum.name}` },
    h(
      "div",
      { class: "intro" },
      h("div", { class: "intro-icon" }, icon("forum")),
      h("h2", { dir: "auto" }, forum.name),
      h(
        "p",
        { class: "intro-text", dir: "auto" },
        forum.topic ||
          (posts.length
            ? "A forum: every post is a conversation of its own."
            : "No posts yet. A post that the bot creates appears here."),
      ),
    ),
    posts.map(drawPost),
  );
}

/** @param {Channel} post */
function drawPost(post) {
  const count = post.message_count || 0;
  return h(
    "button",
    { type: "button", class: "post", "data-channel": post.id },
    h("span", { class: "post-name", dir: "auto" }, post.name),
    h(
      "span",
      { class: "post-note" },
      `${post.owner_id ? `${nameById(post.owner_id)} · ` : ""}${count} message${count === 1 ? "" : "s"}${post.thread_metadata?.archived ? " · archived" : ""}`,
    ),
  );
}
