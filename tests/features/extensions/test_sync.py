"""An owner sends the slash commands, tries them in one server, and sees what is pending."""

from __future__ import annotations

import pytest

from guildwright.app import Application
from guildwright.testing.person import Person

HELLO = """
from discord.ext import commands

@commands.hybrid_command(description="Says hello")
async def hello(ctx):
    await ctx.send("Hello")

async def setup(bot):
    bot.add_command(hello)
"""
pytestmark = pytest.mark.app(slices=("extensions",), extensions={"hello": HELLO}, config={"prefix": "!"})


@pytest.mark.req("CORE-1301")
async def test_all_commands_are_sent_and_named(app: Application, olivia: Person) -> None:
    action = olivia.says("#general", "!sync")
    waiting = await action
    assert "please wait" in waiting
    done = await action.edited(waiting)
    assert "**Everywhere**: 1 · `hello`" in done


@pytest.mark.req("CORE-1301")
async def test_commands_are_copied_to_a_server_and_removed_again(app: Application, olivia: Person) -> None:
    guild = next(guild for guild in app.bot.guilds if guild.name == "Sandbox")
    copying = olivia.says("#general", "!sync guild")
    assert "Sandbox has 1 commands: `hello`" in await copying.edited(await copying)
    assert [command.name for command in await app.bot.tree.fetch_commands(guild=guild)] == ["hello"]

    clearing = olivia.says("#general", f"!sync clear {guild.id}")
    assert "Sandbox has no commands of its own" in await clearing.edited(await clearing)
    assert await app.bot.tree.fetch_commands(guild=guild) == []
    assert [command.name for command in await app.bot.tree.fetch_commands()] == ["hello"]


@pytest.mark.req("CORE-1301")
async def test_the_status_tells_what_is_pending(app: Application, olivia: Person) -> None:
    assert "**Everywhere**: 1 commands, up to date" in await olivia.says("#general", "!sync status")
    await app.bot.unload_extension("extensions.hello")
    assert "**Everywhere**: 0 commands, changes are pending" in await olivia.says("#general", "!sync status")


@pytest.mark.req("CORE-1301")
@pytest.mark.app(slices=("extensions",), config={"prefix": "!"})
async def test_discords_reason_is_told(app: Application, olivia: Person) -> None:
    from discord import app_commands

    @app_commands.command(name="fine", description="x")
    async def fine(interaction: object) -> None: ...

    fine.description = "y" * 200
    app.bot.tree.add_command(fine)  # pyright: ignore[reportArgumentType] - no more than its payload counts
    syncing = olivia.says("#general", "!sync")
    told = await syncing.edited(await syncing)
    assert "refused" in told
    assert "fine" in told


async def test_a_server_that_the_bot_is_not_in_is_refused(app: Application, olivia: Person) -> None:
    for typed in ("1", "abc", "²"):
        assert "I am in no server with that ID." in await olivia.says("#general", f"!sync guild {typed}")
