"""What a person notices of each fault: a command is answered all the same, and once.

Longer outages are tested with the sessions; here the faults of every sort meet the whole bot once.
"""

from __future__ import annotations

import asyncio

import pytest

from guildwright.bot import internals
from guildwright.sandbox.faults.kinds import (
    KINDS,
    AcceptAndClose,
    ClockJump,
    Close,
    Drop,
    Fault,
    Garbage,
    GuildUnavailable,
    HoldIdentify,
    InvalidSession,
    Reconnect,
    Refuse,
    RequestHeartbeat,
    RestError,
    RestLatency,
    RestRateLimit,
    RestReset,
    RestSlow,
    StopAcks,
)

PING = """
from discord.ext import commands


class Ping(commands.Cog):
    @commands.command()
    async def ping(self, ctx):
        await ctx.send("Pong!")


async def setup(bot):
    await bot.add_cog(Ping())
"""
SENDING = "/channels/*/messages"

pytestmark = [
    pytest.mark.app(slices=(), extensions={"ping": PING}, config={"prefix": "!"}),
    pytest.mark.req("SAND-501"),
]


def said(fault: Fault) -> str:
    """A fault as the name of a test."""
    given = fault.model_dump(include={"kind"}) | fault.model_dump(exclude_unset=True, exclude={"route"})
    return " ".join(str(value) for value in given.values())


@pytest.fixture
def until():
    """Wait until something holds that only shows when asked; at most nine seconds."""

    async def wait(holds) -> None:
        async with asyncio.timeout(9):
            while not holds():  # noqa: ASYNC110 - nobody announces it
                await asyncio.sleep(0.01)

    return wait


async def answers(mia, world) -> list[str]:
    """Everything that the bot said to one command, once it has finished."""
    await mia.says("#general", "!ping").reply(within=9)
    await world.settled()
    entries = await world.traffic()
    events = [entry["body"] for entry in entries if entry["title"] == "MESSAGE_CREATE"]
    return [message["content"] for message in events if message["author"].get("bot")]


@pytest.mark.parametrize(
    "fault",
    [
        RestLatency(milliseconds=20, up_to=120),
        RestRateLimit(retry_after=0.1, count=2, route=SENDING),
        RestRateLimit(retry_after=0.1, count=2, route=SENDING, scope="global"),
        RestRateLimit(retry_after=0.1, count=2, route=SENDING, scope="shared"),
        RestError(status=500, count=1, route=SENDING),
        RestError(status=502, count=1, route=SENDING),
        RestError(status=504, count=1, route=SENDING),
        RestSlow(milliseconds=150, route=SENDING),
        RequestHeartbeat(),
    ],
    ids=said,
)
async def test_a_command_is_answered_once_in_spite_of(app, world, mia, fault: Fault):
    await world.faults.strike(fault)
    assert await answers(mia, world) == ["Pong!"]


@pytest.mark.parametrize(
    "fault",
    [
        Drop(),
        Close(code=4000),
        Garbage(),
        Reconnect(),
        InvalidSession(resumable=True),
        Refuse(seconds=0.5),
        AcceptAndClose(count=1),
        ClockJump(advance=100),
    ],
    ids=said,
)
async def test_a_command_is_answered_once_after(app, world, mia, fault: Fault):
    await world.faults.strike(fault)
    assert await answers(mia, world) == ["Pong!"]


@pytest.mark.parametrize("status", [501, 503])
async def test_the_person_reads_that_discord_has_trouble_after(app, world, mia, status: int):
    await world.faults.strike(RestError(status=status, count=1, route=SENDING))
    assert "Discord did not answer as it should. Try again in a moment." in await mia.says(
        "#general", "!ping"
    )
    assert "Pong!" in await mia.says("#general", "!ping")


async def test_a_person_who_could_not_be_answered_at_all_is_answered_the_next_time(app, world, mia, caplog):
    outage = await world.faults.begin(RestError(status=503, route=SENDING))
    await mia.says("#general", "!ping").nothing()
    assert "The person could not be told of" in caplog.text
    await world.faults.end(outage)
    assert "Pong!" in await mia.says("#general", "!ping")


@pytest.fixture
async def _quick_heart(world):
    """Heartbeats every fifth of a second; asked for before the bot comes."""
    await world.change(heartbeat_interval_ms=200)


@pytest.mark.usefixtures("_quick_heart")
async def test_a_dead_connection_is_found_and_a_command_is_answered_once_after_it(
    app, world, mia, until, monkeypatch
):
    shard = internals.shard_of(app.bot, 0)
    monkeypatch.setattr(shard.ws._keep_alive, "heartbeat_timeout", 0.3)
    await world.faults.strike(StopAcks())
    await until(lambda: app.bot.sessions.record_of(0).resumed == 1)
    assert await answers(mia, world) == ["Pong!"]
    assert app.bot.sessions.record_of(0).identified == 1


async def test_an_answer_that_is_reset_half_way_is_not_given_twice(app, world, mia):
    """The bot cannot know that it was heard: the person reads the answer, and that something went wrong."""
    await world.faults.strike(RestReset(count=1, route=SENDING))
    await mia.says("#general", "!ping").reply()
    await mia.message("#general", "Something went wrong")
    assert [message.content for message in await mia.history("#general")].count("Pong!") == 1


async def test_a_guild_that_was_away_is_served_again(app, world, mia):
    guild = next(guild for guild in app.bot.guilds if guild.name == "Sandbox")
    outage = await world.faults.begin(GuildUnavailable(guild_id=str(guild.id)))
    await world.settled()
    assert app.bot.get_guild(guild.id) is None or app.bot.get_guild(guild.id).unavailable
    await world.faults.end(outage)
    assert await answers(mia, world) == ["Pong!"]


async def test_a_bot_whose_identify_is_held_is_there_when_it_is_let_in(app, world, mia, until):
    await world.faults.strike(HoldIdentify(seconds=1))
    await world.faults.strike(InvalidSession(resumable=False))
    identified = app.bot.sessions.record_of(0).identified
    await until(lambda: app.bot.sessions.record_of(0).identified > identified)
    assert await answers(mia, world) == ["Pong!"]


async def test_frames_that_stay_unreadable_end_in_a_new_session(app, world, mia, until):
    record = app.bot.sessions.records[0]
    for count in (1, 2, 3):
        await world.faults.strike(Garbage())
        await until(lambda count=count: record.attempts == count and record.is_up)
    assert record.identified == 2
    await mia.says("#general", "!ping")
    await world.settled()
    assert [message.content for message in await mia.history("#general")].count("Pong!") == 1


def test_no_kind_of_fault_is_missing_here() -> None:
    """Whatever is imported is used: ruff refuses the rest."""
    assert {kind.__name__ for kind in KINDS} - {"Restore"} <= set(globals())
