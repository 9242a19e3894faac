"""What happens when rights are missing: the bot's in a channel, or a person's from one click to the next."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio

from guildwright.app import Application
from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import enums, models
from guildwright.testing.person import Person
from guildwright.testing.world import World

BROKEN = """
import discord
from discord.ext import commands

from guildwright.api import replies
from guildwright.api.checks import requires
from guildwright.api.views import OwnedView


class Counter(OwnedView):
    @discord.ui.button(label="Count")
    async def press(self, interaction, button):
        await self.update(interaction, content="counted")


@commands.hybrid_command()
async def broken(ctx):
    raise RuntimeError("secret")


@commands.hybrid_command()
@requires(manage_messages=True)
async def count(ctx):
    await replies.send(ctx, content="0 times", view=Counter(ctx))


async def setup(bot):
    bot.add_command(broken)
    bot.add_command(count)
"""

SEND_MESSAGES = 1 << 11
ADD_REACTIONS = 1 << 6

broken = pytest.mark.app(extensions={"broken": BROKEN})


@pytest_asyncio.fixture
async def sandbox_process() -> AsyncIterator[Any]:
    """A sandbox in this process, so that a test can change what the bot may do in a channel."""
    sandbox = Sandbox()
    await sandbox.start()
    address = sandbox.address()
    yield SimpleNamespace(control=address.control, token=sandbox.control_token, sandbox=sandbox)
    await sandbox.stop()


def deny(sandbox_process: Any, world: World, permissions: int) -> None:
    backend = sandbox_process.sandbox.worlds[world.name].backend
    channel = next(channel for channel in backend.channels.values() if channel.name == "general")
    channel.overwrites.append(
        models.Overwrite(backend.bot_user.id, enums.OverwriteType.MEMBER, deny=permissions)
    )


@pytest.mark.req("CORE-606")
@broken
async def test_where_the_bot_may_not_write_it_reacts(
    sandbox_process: Any, world: World, app: Application, mia: Person
) -> None:
    deny(sandbox_process, world, SEND_MESSAGES)
    sent = await mia.says("#general", "!broken").sent()
    await mia.reacted(sent, "⚠️")


@pytest.mark.req("CORE-606")
@broken
async def test_where_the_bot_may_do_nothing_it_stays_silent(
    sandbox_process: Any, world: World, app: Application, mia: Person
) -> None:
    deny(sandbox_process, world, SEND_MESSAGES | ADD_REACTIONS)
    await mia.says("#general", "!broken").nothing()
    assert app.journal.recent(1)[0].source == "command"


@pytest.mark.req("CORE-921")
@broken
async def test_who_lost_the_right_meanwhile_is_refused(
    sandbox_process: Any, world: World, app: Application, marco: Person
) -> None:
    by_text = await marco.says("#general", "!count")
    by_slash = await marco.slash("count")
    assert (await by_text.click("Count")).content == "counted"
    backend = sandbox_process.sandbox.worlds[world.name].backend
    for guild in backend.guilds.values():
        if marco.id in guild.members:
            guild.members[marco.id].role_ids.clear()
    for message in (by_text, by_slash):
        refusal = await message.click("Count")
        assert refusal.ephemeral
        assert "**Manage Messages**" in refusal
