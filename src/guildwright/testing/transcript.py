"""The conversation of one test: what people did and what they then saw, in the order it happened."""

from __future__ import annotations

from dataclasses import dataclass, field

from guildwright.testing.message import Message


@dataclass(frozen=True, slots=True)
class Line:
    channel_id: int | None
    text: str


@dataclass(slots=True)
class Transcript:
    """Every person's eyes report here; what several of them see is written once."""

    places: dict[int, str] = field(default_factory=dict[int, str])
    lines: list[Line] = field(default_factory=list[Line])
    _shown: dict[int, str] = field(default_factory=dict[int, str])

    def did(self, channel_id: int | None, text: str) -> None:
        self.lines.append(Line(channel_id, text))

    def saw(self, message: Message) -> None:
        """Write a message down: new, changed, or not at all when it looks as before."""
        looks = render_message(message)
        before = self._shown.get(message.id)
        if before == looks:
            return
        self._shown[message.id] = looks
        who = message.author.name + (f" (only {message.viewer.name} sees this)" if message.ephemeral else "")
        if before is not None:
            who += " edits"
        self.did(message.channel_id, f"{who}: {looks}")

    def lost(self, channel_id: int, message_id: int) -> None:
        looks = self._shown.pop(message_id, None)
        if looks is not None:
            self.did(channel_id, f"deleted: {looks}")

    def text(self) -> str:
        """Return the conversation, a line each; further lines of a message are indented."""
        return "\n".join(self._write(line) for line in self.lines) or "Nobody said anything."

    def _write(self, line: Line) -> str:
        if line.channel_id is None:
            return line.text.replace("\n", "\n    ")
        place = self.places.get(line.channel_id, f"channel {line.channel_id}")
        return f"{place} | {line.text}".replace("\n", "\n    ")


def render_message(message: Message) -> str:
    """Return what a person reads in it, with [buttons], <menus> and (files)."""
    menus = (f"<{menu.placeholder or menu.custom_id}>" for menu in message.menus)
    files = (f"({file.filename})" for file in message.attachments)
    buttons = (
        f"[{label}{' – disabled' if button.disabled else ''}]"
        for label, button in zip(message.labels, message.buttons, strict=True)
    )
    extras = " ".join((*files, *buttons, *menus))
    text = "is thinking …" if message.loading else message.text
    return "\n".join(part for part in (text, extras) if part) or "(empty)"
