"""Shards come back with their session, on their own, and lose nothing that happened meanwhile."""

import asyncio
import itertools
import textwrap

import pytest
import yarl
from websockets.asyncio.server import serve

from guildwright.bot import internals
from guildwright.bot.identify import IdentifyGate

COUNT = textwrap.dedent(
    """
    from discord.ext import commands

    @commands.command()
    async def say(ctx, number: int):
        await ctx.send(f"number {number}")

    async def setup(bot):
        bot.add_command(say)
    """
)
pytestmark = pytest.mark.app(
    slices=(), extensions={"say": COUNT}, config={"prefix": "!", "cooldowns.default_rate": 1000}
)


async def answers(person, numbers):
    """Wait until every number was answered and return how often each was."""
    await person.message("#general", f"number {numbers[-1]}", within=9)
    said = [message.content for message in await person.history("#general", limit=100)]
    return {number: sum(f"number {number}" == line.strip() for line in said) for number in numbers}


async def test_messages_written_while_the_connection_is_down_are_answered_once(app, world, mia):
    await world.change(limits="off")
    await mia.says("#general", "!say 0")
    await world.fault("drop")
    for number in range(1, 4):
        await mia.says("#general", f"!say {number}").sent()

    assert await answers(mia, range(4)) == dict.fromkeys(range(4), 1)
    record = app.bot.sessions.record_of(0)
    assert (record.outages, record.resumed, record.identified) == (1, 1, 1)
    assert app.journal.recent(10) == []


async def test_a_gateway_that_refuses_for_a_while_loses_nothing(app, world, mia):
    await world.change(limits="off")
    await mia.says("#general", "!say 0")
    await world.fault("refuse", seconds=1.5)
    for number in range(1, 4):
        await mia.says("#general", f"!say {number}").sent()

    assert await answers(mia, range(4)) == dict.fromkeys(range(4), 1)
    assert app.bot.sessions.record_of(0).identified == 1


def sharded(count, seconds, *marks):
    """An outage of so many seconds for a bot of so many shards."""
    app = pytest.mark.app(
        slices=(),
        extensions={"say": COUNT},
        config={"prefix": "!", "cooldowns.default_rate": 10_000},
        environ={"SHARD_COUNT": str(count)},
    )
    marks = [app, pytest.mark.timeout(seconds * 2 + 20), *marks]
    return pytest.param(count, seconds, marks=marks, id=f"{count} shards {seconds} s")


@pytest.fixture
async def _roomy(world):
    """A session keeps all that is said in three minutes; before the bot's begins."""
    await world.change(limits="off", message_limit=10_000, replay_buffer=10_000)


@pytest.mark.req("CORE-506")
@pytest.mark.usefixtures("_roomy")
@pytest.mark.parametrize(
    ("shards", "seconds"),
    [
        sharded(1, 5),
        sharded(8, 5),
        *(sharded(count, seconds, pytest.mark.soak) for seconds in (60, 170) for count in (1, 8)),
    ],
)
async def test_a_time_without_a_gateway_costs_nobody_an_answer(app, world, mia, until, shards, seconds):
    records = app.bot.sessions.records
    await mia.says("#general", "!say 0")
    await world.fault("refuse", seconds=seconds)
    sent, began = 0, asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() - began < seconds:
        sent += 1
        await mia.says("#general", f"!say {sent}").sent()
        await asyncio.sleep(0.05)  # 20 a second: the outage lasts as long as the talk
    back = asyncio.get_running_loop().time()
    await until(lambda: len(records) == shards and all(record.is_up for record in records.values()))
    assert asyncio.get_running_loop().time() - back < 5

    await mia.message("#general", f"number {sent}", within=30)
    await world.settled()
    said = [
        event.data["content"]
        for event in mia.inbox.events
        if event.type == "message" and event.data["author"].get("bot")
    ]
    assert sorted(said) == sorted(f"number {number}" for number in range(sent + 1))
    assert all((record.identified, record.resumed) == (1, 1) for record in records.values())


async def test_a_reconnect_that_discord_asks_for_resumes(app, world, mia):
    await world.fault("reconnect")
    assert "number 1" in await mia.says("#general", "!say 1").reply(within=9)
    assert app.bot.sessions.record_of(0).resumed == 1


async def test_a_lost_session_is_begun_anew(app, world, mia, until):
    app.bot.identify_gate = IdentifyGate(window=0.1)
    await world.advance(6)
    await world.fault("invalid_session", resumable=False)
    await until(lambda: app.bot.sessions.record_of(0).identified == 2)
    assert "number 1" in await mia.says("#general", "!say 1")


async def test_attempts_keep_a_second_apart(app, world, mia, until):
    record = app.bot.sessions.record_of(0)
    times = []
    for _ in range(2):
        await world.fault("drop", code=4000)
        resumed = record.resumed
        await until(lambda resumed=resumed: record.resumed > resumed)
        times.append(record.last_attempt)
    assert times[1] - times[0] >= 1.0


@pytest.mark.app(
    slices=(),
    extensions={"say": COUNT},
    environ={"SHARD_COUNT": "3"},
    config={"prefix": "!", "cooldowns.default_rate": 1000},
)
async def test_one_shard_comes_back_without_the_others(app, world, mia):
    guild = next(guild for guild in app.bot.guilds if guild.name == "Sandbox")
    await world.fault("drop", shard=guild.shard_id)
    assert "number 1" in await mia.says("Sandbox/#general", "!say 1").reply(within=9)
    assert [app.bot.sessions.record_of(shard).outages for shard in range(3)].count(1) == 1


async def test_a_gateway_that_accepts_and_closes_at_once_is_tried_once_a_second(
    app, world, mia, until, monkeypatch
):
    monkeypatch.setattr("guildwright.bot.sessions.LONGEST_PAUSE", 1.0)
    arrivals = []

    async def slam(connection):
        arrivals.append(asyncio.get_running_loop().time())
        await connection.close()

    async with serve(slam, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        shard = internals.shard_of(app.bot, 0)
        own = shard.ws.gateway
        shard.ws.gateway = yarl.URL(f"ws://127.0.0.1:{port}")
        await world.fault("drop")
        await until(lambda: len(arrivals) >= 3)
        shard.ws.gateway = own

    assert all(later - earlier >= 0.99 for earlier, later in itertools.pairwise(arrivals))
    assert "number 1" in await mia.says("#general", "!say 1").reply(within=9)
    assert app.bot.sessions.record_of(0).identified == 1


@pytest.mark.req("CORE-118")
@pytest.mark.app(
    slices=(),
    extensions={"say": COUNT},
    environ={"SHARD_COUNT": "4", "SHARD_IDS": "0-2"},
    config={"prefix": "!"},
)
async def test_only_the_chosen_shards_are_started(app, world):
    assert sorted(app.bot.shards) == [0, 1, 2]
    assert sorted(session["shard"] for session in await world.sessions()) == [[0, 4], [1, 4], [2, 4]]
