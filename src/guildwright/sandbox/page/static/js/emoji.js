/** A small choice of emoji, the guild's own first. */

import { h } from "./dom.js";
import { emojiElement } from "./media.js";
import { closePopup, showPopup } from "./popup.js";
import { currentGuild } from "./store.js";

/** @typedef {import("./types.js").Emoji} Emoji */

const COMMON = [
  "👍 thumbs up",
  "👎 thumbs down",
  "❤️ heart",
  "😂 joy",
  "😄 smile",
  "😊 blush",
  "😉 wink",
  "😍 heart eyes",
  "🤔 thinking",
  "😅 sweat smile",
  "😭 sob",
  "😢 cry",
  "😡 angry",
  "😱 scream",
  "😎 cool",
  "🥳 party",
  "🙄 eye roll",
  "😴 sleeping",
  "👀 eyes",
  "👋 wave",
  "👏 clap",
  "🙏 thanks",
  "💪 strong",
  "🤝 deal",
  "✅ check",
  "❌ cross",
  "⚠️ warning",
  "❓ question",
  "❗ exclamation",
  "🔥 fire",
  "✨ sparkles",
  "🎉 tada",
  "🚀 rocket",
  "⭐ star",
  "💡 idea",
  "🐛 bug",
  "🛠️ tools",
  "📌 pin",
  "📎 clip",
  "📣 megaphone",
  "🎮 game",
  "🎵 music",
  "☕ coffee",
  "🍕 pizza",
  "🌍 world",
  "🐍 snake",
  "🤖 bot",
  "💯 hundred",
];

/** @param {Element} anchor @param {(emoji: Emoji) => void} onChoose */
export function showEmojiPicker(anchor, onChoose) {
  const search = h("input", {
    type: "text",
    class: "picker-search",
    placeholder: "Find an emoji",
    "aria-label": "Find an emoji",
    autocomplete: "off",
  });
  const all = [...own(), ...COMMON.map(fromLine)];
  const buttons = all.map(({ emoji, words }) => {
    const button = h(
      "button",
      { type: "button", class: "emoji-button", title: words, "aria-label": words },
      emojiElement(emoji),
    );
    button.addEventListener("click", () => {
      closePopup();
      onChoose(emoji);
    });
    return button;
  });
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    all.forEach(({ words }, index) => buttons[index].toggleAttribute("hidden", !words.includes(wanted)));
  });
  showPopup(anchor, h("div", { class: "emoji-picker" }, search, h("div", { class: "emoji-grid" }, buttons)), {
    className: "popup-emoji",
    label: "Choose an emoji",
    prefer: "above",
  });
  search.focus();
}

/** @param {string} line */
function fromLine(line) {
  const [sign, ...words] = line.split(" ");
  return { emoji: { id: null, name: sign }, words: words.join(" ") };
}

function own() {
  return (currentGuild()?.emojis || []).map((emoji) => ({ emoji, words: (emoji.name || "").toLowerCase() }));
}

/** The way in which Discord's addresses name an emoji. @param {Emoji} emoji */
export const emojiKey = (emoji) => (emoji.id ? `${emoji.name}:${emoji.id}` : emoji.name || "");
