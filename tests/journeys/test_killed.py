"""The bot is killed while settings are written: it starts again, and every confirmed setting is there."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from guildwright.testing.application import Wanted, lay_out
from guildwright.testing.person import Person
from guildwright.testing.world import World

NOTE = """
from guildwright.api import settings
from guildwright.api.settings import Setting
from discord.ext import commands

@commands.command()
async def note(ctx):
    await ctx.send(f"note {settings.get(ctx.bot, ctx.guild.id, 'note.number')}")

async def setup(bot):
    settings.declare(bot, __name__, {"note.number": Setting(int, default=0, label="Note")})
    bot.add_command(note)
"""
HERE = "#general"
CONFIG = {"prefix": "!", "cooldowns.default_rate": 1000, "auto_delete.enabled": False}


class Killable:
    """A bot process of its own, as an operator starts it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, folder: Path, world: World) -> Killable:
        outside = {
            name: value for name, value in os.environ.items() if not name.startswith(("DISCORD_", "BOT_"))
        }
        variables = {
            "DISCORD_TOKEN": world.token,
            "DISCORD_API_BASE": world.api_base,
            "DISCORD_CDN_BASE": world.cdn_base,
            "BOT_OWNER_ID": str(world.owner_id),
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "guildwright", "run", "--dir", str(folder),
            env=outside | variables, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        assert process.stdout is not None
        printed = b""
        while b"Ready: " not in printed:
            line = await process.stdout.readline()
            assert line, f"the bot did not start:\n{printed.decode()}"
            printed += line
        return cls(process)

    async def kill(self) -> None:
        self._process.kill()
        await self._process.communicate()


@asynccontextmanager
async def running(folder: Path, world: World) -> AsyncIterator[Killable]:
    bot = await Killable.start(folder, world)
    try:
        yield bot
    finally:
        with contextlib.suppress(ProcessLookupError):
            await bot.kill()


async def change_until(death: asyncio.Task[None], olivia: Person, number: int) -> int:
    """Change the setting again and again until the bot is dead; return the last number sent."""
    while not death.done():
        number += 1
        await olivia.says(HERE, f"!serversettings set note.number {number}").sent()
        answer = asyncio.ensure_future(olivia.message(HERE, f"**{number}** now"))
        await asyncio.wait({answer, death}, return_when=asyncio.FIRST_COMPLETED)
        answer.cancel()
    await death
    return number


async def kill_after(bot: Killable, pause: float) -> None:
    await asyncio.sleep(pause)
    await bot.kill()


async def read_note(olivia: Person) -> int:
    return int((await olivia.says(HERE, "!note")).content.removeprefix("note "))


def told(olivia: Person) -> list[int]:
    """The numbers that were confirmed so far."""
    embeds = [
        embed.get("description") or ""
        for event in olivia.inbox.events
        if event.type == "message"
        for embed in event.data.get("embeds", ())
    ]
    return [0, *(int(text.split("**")[1]) for text in embeds if text.startswith("Note is **"))]


@pytest.mark.parametrize(
    "kills", [2, pytest.param(20, marks=[pytest.mark.soak, pytest.mark.timeout(300)])], ids="{} kills".format
)
async def test_every_confirmed_setting_survives_a_kill_in_the_middle_of_writing(
    world: World, olivia: Person, tmp_path: Path, kills: int
) -> None:
    await world.change(limits="off", message_limit=5000)
    folder = tmp_path / "bot"
    lay_out(folder, Wanted(extensions={"note": NOTE}, config=CONFIG))
    draw = random.Random(kills)
    confirmed = number = 0
    for _ in range(kills):
        async with running(folder, world) as bot:
            kept = await read_note(olivia)
            assert confirmed <= kept <= number
            death = asyncio.create_task(kill_after(bot, draw.uniform(0.0, 0.25)))
            number = await change_until(death, olivia, kept)
            confirmed = max(told(olivia))
    async with running(folder, world):
        assert confirmed <= await read_note(olivia) <= number
    with contextlib.closing(sqlite3.connect(folder / "data" / "main.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
