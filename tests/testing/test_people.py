"""People of the kit speak with a plain discord.py bot over real sockets."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest
from discord.ext import commands

from guildwright.testing.errors import OutcomeError
from guildwright.testing.person import Person
from guildwright.testing.plain import PlainRunner


def build_bot() -> commands.Bot:
    bot = commands.Bot("!", intents=discord.Intents.all(), guild_ready_timeout=0.02)

    @bot.command()
    async def ping(ctx: commands.Context[commands.Bot]) -> None:
        await ctx.send("Pong!")

    @bot.command()
    async def late(ctx: commands.Context[commands.Bot]) -> None:
        await asyncio.sleep(0.3)
        await ctx.send("Better late than never")

    return bot


@pytest.mark.req("TEST-01", "TEST-02")
async def test_a_person_sees_the_reply_to_what_she_said(plain_bot: PlainRunner, olivia: Person) -> None:
    await plain_bot(build_bot())
    reply = await olivia.says("#general", "!ping")
    assert reply.content == "Pong!"
    assert reply.author.bot


async def test_silence(plain_bot: PlainRunner, olivia: Person) -> None:
    await plain_bot(build_bot())
    await olivia.says("#general", "hello").nothing()


async def test_an_answer_to_somebody_else_that_arrives_late_is_not_taken_for_the_own_one(
    plain_bot: PlainRunner, olivia: Person, mia: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await plain_bot(build_bot())
    held: list[dict[str, Any]] = []
    take = mia.inbox._take
    monkeypatch.setattr(mia.inbox, "_take", held.append)
    early = await olivia.says("#general", "!ping")

    def take_late(frame: dict[str, Any]) -> None:
        while held:
            take(held.pop(0))
        take(frame)

    monkeypatch.setattr(mia.inbox, "_take", take_late)
    assert (await mia.says("#general", "!ping")).id > early.id


@pytest.mark.req("TEST-02")
async def test_a_reply_sent_300_ms_later_is_not_taken_for_silence(
    plain_bot: PlainRunner, olivia: Person
) -> None:
    await plain_bot(build_bot())
    with pytest.raises(OutcomeError, match="Better late than never"):
        await olivia.says("#general", "!late").nothing()
