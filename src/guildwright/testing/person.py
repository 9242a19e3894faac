"""A person of the world: does what people do in a Discord client, and sees what they see.

A person writes in the channel that is open (`at`), or in the one named. Whatever the client would not allow
raises RefusedError; whatever does not come in time raises OutcomeError with the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from guildwright.testing.action import Action, Deed
from guildwright.testing.errors import OutcomeError, is_verdict, require
from guildwright.testing.message import Message
from guildwright.testing.modal import Modal
from guildwright.testing.onlooker import Onlooker
from guildwright.testing.sight import Where
from guildwright.testing.values import File, encode_file, option_value, shown_value

__tracebackhide__ = is_verdict

USER_COMMAND = 2
MESSAGE_COMMAND = 3


class Person(Onlooker):
    """Somebody of the world, by the name that the chat page shows."""

    def __repr__(self) -> str:
        return f"<{self.name}>"

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def at(self, where: Where) -> Person:
        """Open a channel: commands are used there from now on."""
        self._open = where
        return self

    def says(
        self, where: Where, text: str, *, reply_to: Message | None = None, files: Sequence[File] = ()
    ) -> Action[Message]:
        """Write a message; awaiting it returns the bot's next message there."""

        async def perform() -> Deed:
            channel_id, start = await self.channel_id(where), len(self.inbox.events)
            body = {"content": text, "attachments": [encode_file(file) for file in files]}
            if reply_to is not None:
                body |= {"reply_to": str(reply_to.id)}
            answer = await self._act("send", channel_id, **body)
            return Deed(channel_id, start, message=self._read(answer["message"], start))

        self._open = where
        return Action(self, f'says("{where}", {text!r})', perform)

    def slash(self, command: str, /, **options: object) -> Action[Any]:
        """Use a slash command in the open channel; groups are written as people read them: "config set"."""
        path = command.removeprefix("/").split()
        shown = "".join(f" {name}={shown_value(value)}" for name, value in options.items())
        values = {name: option_value(value) for name, value in options.items()}
        return self._interact("command", f"uses /{' '.join(path)}{shown}", path=path, options=values)

    def uses(self, command: str, on: Message | Person | int) -> Action[Any]:
        """Use a command of the context menu of a message or a person."""
        target = on if isinstance(on, int) else on.id

        async def perform() -> Deed:
            channel_id = await self.channel_id(on if isinstance(on, Message) else self._open)
            command_id = await self._context_command(channel_id, command, is_message=isinstance(on, Message))
            self.world.transcript.did(channel_id, f"{self.name} uses {command} on {shown_value(on)}")
            return await self._start("context", channel_id, command_id=command_id, target_id=str(target))

        return Action(self, f'uses("{command}")', perform)

    def click(self, name: str, *, on: Message | None = None) -> Action[Any]:
        """Press the button with that label, emoji or custom_id, on `on` or the newest message that has it."""

        async def perform() -> Deed:
            message = on or self._newest(lambda each: each.has_button(name), name)
            custom_id = message.button(name).custom_id
            self.world.transcript.did(message.channel_id, f"{self.name} clicks [{name}]")
            return await self._start("click", message.channel_id, source=message, custom_id=custom_id)

        return Action(self, f'click("{name}")', perform)

    def choose(self, *choices: object, menu: str = "", on: Message | None = None) -> Action[Any]:
        """Choose options by label or value, or people, roles and channels, in a menu of `on`."""

        async def perform() -> Deed:
            message = on or self._newest(lambda each: bool(each.menus), menu or "menu")
            chosen = message.menu(menu)
            labels = {option.label: option.value for option in chosen.options}
            values = [labels.get(str(choice), str(option_value(choice))) for choice in choices]
            shown = ", ".join(map(shown_value, choices))
            self.world.transcript.did(message.channel_id, f"{self.name} chooses {shown}")
            custom_id = chosen.custom_id
            return await self._start(
                "select", message.channel_id, source=message, custom_id=custom_id, values=values
            )

        return Action(self, f"choose({', '.join(map(shown_value, choices))})", perform)

    def submit(
        self, values: Mapping[str, object] | None = None, /, *, modal: Modal | None = None, **named: object
    ) -> Action[Any]:
        """Fill in and send the modal that is open; fields are named by custom_id or label."""
        given = {**(values or {}), **named}

        async def perform() -> Deed:
            form = require(modal or self._modal, f"{self.name} has no modal open.")
            filled = {form.field(name).custom_id: option_value(value) for name, value in given.items()}
            self.world.transcript.did(form.channel_id, f"{self.name} submits {form.title!r}: {given}")
            start = len(self.inbox.events)
            body = {"as": str(self.id), "interaction_id": str(form.interaction_id), "values": filled}
            answer = await self.world.control.post("/actions/modal", body)
            return Deed(form.channel_id, start, interaction_id=int(answer["interaction_id"]))

        return Action(self, "submit(…)", perform)

    async def autocomplete(
        self, command: str, /, *, focused: str = "", **typed: object
    ) -> list[tuple[str, Any]]:
        """Return the choices (name, value) offered while typing; `focused` defaults to the last option."""
        options = {name: option_value(value) for name, value in typed.items()}
        answer = await self.world.control.post(
            "/autocomplete",
            {
                "as": str(self.id),
                "channel_id": str(await self.channel_id(self._open)),
                "path": command.removeprefix("/").split(),
                "options": options,
                "focused": focused or list(typed)[-1],
            },
        )
        return [(choice["name"], choice["value"]) for choice in answer["choices"]]

    def edits(self, message: Message, text: str) -> Action[Message]:
        """Change the text of an own message."""
        return self._with_message("edit", message, f"edits to {text!r}", content=text)

    def deletes(self, message: Message) -> Action[Message]:
        return self._with_message("delete", message, "deletes a message")

    def reacts(self, message: Message, emoji: str) -> Action[Message]:
        return self._with_message("react", message, f"reacts with {emoji}", emoji=emoji)

    def unreacts(self, message: Message, emoji: str) -> Action[Message]:
        return self._with_message("unreact", message, f"takes {emoji} back", emoji=emoji)

    def pins(self, message: Message) -> Action[Message]:
        return self._with_message("pin", message, "pins a message")

    async def does(self, action: str, **fields: object) -> dict[str, Any]:
        """Do anything else the control API knows: `mia.does("join_voice", channel_id=…)`."""
        values = {name: option_value(value) for name, value in fields.items()}
        self.world.transcript.did(None, f"{self.name}: {action} {values}")
        return await self.world.control.post(f"/actions/{action}", {"as": str(self.id), **values})

    def _interact(self, action: str, summary: str, **body: Any) -> Action[Any]:
        async def perform() -> Deed:
            channel_id = await self.channel_id(self._open)
            self.world.transcript.did(channel_id, f"{self.name} {summary}")
            return await self._start(action, channel_id, **body)

        return Action(self, summary, perform)

    def _with_message(self, action: str, message: Message, summary: str, **body: object) -> Action[Message]:
        async def perform() -> Deed:
            start = len(self.inbox.events)
            self.world.transcript.did(message.channel_id, f"{self.name} {summary}")
            await self._act(action, message.channel_id, message_id=str(message.id), **body)
            return Deed(message.channel_id, start, message=message)

        return Action(self, summary, perform)

    async def _start(
        self, action: str, channel_id: int, *, source: Message | None = None, **body: Any
    ) -> Deed:
        """Begin an interaction."""
        start = len(self.inbox.events)
        if source is not None:
            body["message_id"] = str(source.id)
        answer = await self._act(action, channel_id, **body)
        return Deed(channel_id, start, interaction_id=int(answer["interaction_id"]), source=source)

    async def _act(self, action: str, channel_id: int, **body: object) -> dict[str, Any]:
        fields = {"as": str(self.id), "channel_id": str(channel_id), **body}
        return await self.world.control.post(f"/actions/{action}", fields)

    async def _context_command(self, channel_id: int, name: str, *, is_message: bool) -> str:
        kind = MESSAGE_COMMAND if is_message else USER_COMMAND
        offered = [each for each in await self._offered(channel_id) if each["type"] == kind]
        for each in offered:
            if each["name"] == name:
                return each["id"]
        names = [each["name"] for each in offered]
        raise OutcomeError(f"{self.name} is offered no {name!r} there, only {names}.")
