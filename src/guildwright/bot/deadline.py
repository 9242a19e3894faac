"""Keeps Discord's three seconds for commands, clicks and forms that take longer (CORE-925).

A slash command or context menu that has said nothing for two seconds is announced as "thinking …"; what its
author then answers, in whatever way, becomes the answer. A private answer stays private: the public wait is
taken away before it is sent. A click or form is acknowledged without a sign, and its message stays as it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import Any

import discord

from guildwright.bot import internals

logger = logging.getLogger("guildwright.interactions")

# Discord drops an interaction that is not answered within 3 s; the rest is for the way.
# https://discord.com/developers/docs/interactions/receiving-and-responding#responding-to-an-interaction
PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """What `send_message` returns when the answer is a follow-up."""

    resource: discord.Message

    @property
    def message_id(self) -> int:
        return self.resource.id


class PatientResponse(discord.InteractionResponse[Any]):
    """A response that announces a long wait by itself; an answer after that is sent as a follow-up."""

    def __init__(self, interaction: discord.Interaction[Any]) -> None:
        super().__init__(interaction)
        self.wait = Wait(
            interaction, silent=interaction.type is not discord.InteractionType.application_command
        )

    async def send_message(self, content: Any = None, **options: Any) -> Any:
        """Answer, first or as a follow-up."""
        if not await self.wait.was_announced():
            return await super().send_message(content, **options)
        delay = options.pop("delete_after", None)
        if content is not None:
            options["content"] = content
        message = await self._parent.followup.send(**options, wait=True)
        if delay is not None:
            await message.delete(delay=delay)
        return LateAnswer(message)

    async def edit_message(self, **options: Any) -> Any:
        """Change the message of a click, at once or after it was acknowledged."""
        if not await self.wait.was_announced():
            return await super().edit_message(**options)
        delay = options.pop("delete_after", None)
        options.pop("suppress_embeds", None)
        message = await self._parent.edit_original_response(**options)
        if delay is not None:
            await message.delete(delay=delay)
        return LateAnswer(message)

    async def defer(self, **options: Any) -> Any:
        """Announce a wait; nothing to do when that was done for the command."""
        if not await self.wait.was_announced():
            return await super().defer(**options)
        return None

    async def send_modal(self, modal: discord.ui.Modal, /) -> Any:
        """Show a form; Discord allows it as the first answer only."""
        await self.wait.was_announced()
        return await super().send_modal(modal)


class PatientFollowup(discord.Webhook):
    """The follow-ups of an interaction whose wait may have been announced publicly."""

    wait: Wait

    async def send(self, content: Any = discord.utils.MISSING, **options: Any) -> Any:
        """Send a follow-up; before a private one the public wait goes, or Discord would show it to all."""
        await self.wait.end(private=bool(options.get("ephemeral")))
        return await super().send(content, **options)


class Wait:
    """The patience with one interaction; a silent one shows nobody that it waits."""

    def __init__(self, interaction: discord.Interaction[Any], *, silent: bool) -> None:
        self._interaction = interaction
        self._silent = silent
        self._announcing: asyncio.Task[None] | None = None
        self._is_open = False
        self._timer = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._begin)

    async def was_announced(self) -> bool:
        """Stop the clock, because the author answers now; say whether it had run out."""
        self._timer.cancel()
        if self._announcing is None:
            return False
        await asyncio.wait({self._announcing})
        return self._interaction.response.is_done()

    async def end(self, *, private: bool) -> None:
        """Note that an answer follows; a private one needs the public wait taken away."""
        if self._is_open:
            self._is_open = False
            if private:
                with contextlib.suppress(discord.NotFound):
                    await self._interaction.delete_original_response()

    async def close(self) -> None:
        """The command is over: nobody is left waiting for an answer that does not come."""
        self._timer.cancel()
        if self._announcing is not None:
            await asyncio.wait({self._announcing})
            if self._is_open:
                await self._take_away()

    async def _take_away(self) -> None:
        """Remove the announcement, unless its author made it the answer by editing it."""
        try:
            announced = await self._interaction.original_response()
            if announced.flags.loading:
                await announced.delete()
        except discord.HTTPException as refused:
            logger.info("A wait could not be ended: %s", refused)

    def _begin(self) -> None:
        if not self._interaction.response.is_done():
            name = f"announce a wait {self._interaction.id}"
            self._announcing = asyncio.get_running_loop().create_task(self._announce(), name=name)

    async def _announce(self) -> None:
        response = self._interaction.response
        try:
            await discord.InteractionResponse.defer(response, thinking=not self._silent)
            self._is_open = not self._silent
        except discord.HTTPException as refused:
            logger.info("A long command could not be announced: %s", refused)


def watch(interaction: discord.Interaction[Any]) -> Wait:
    """Give an interaction a response that knows patience; close what is returned at the end."""
    response = PatientResponse(interaction)
    internals.replace_response(interaction, response)
    if interaction.type is discord.InteractionType.application_command:
        # Now, because authors may take hold of it before the wait is announced and use it afterwards.
        internals.replace_followup(interaction, PatientFollowup).wait = response.wait
    return response.wait
