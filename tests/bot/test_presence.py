"""What the bot shows beside its name follows the operator, within Discord's limits."""

import discord
import pytest

from guildwright.bot import presence
from guildwright.bot.presence import Presence, fill_in, to_activity

ROTATION = {
    "prefix": "!",
    "status.statuses": [
        {"type": "playing", "text": "A", "presence": "online"},
        {"type": "listening", "text": "B", "presence": "idle"},
    ],
}
pytestmark = pytest.mark.app(slices=(), config={"prefix": "!"})


async def shown(world, person):
    """Return what the people of the world see beside the bot's name."""
    bot = (await world.control.get("/state", as_=person.id))["bot"]
    return [activity.get("state") or activity["name"] for activity in bot["activities"]], bot["status"]


@pytest.fixture
def until_shown(until):
    async def wait(world, person, expected):
        async def is_shown():
            return await shown(world, person) == expected

        await until(is_shown)

    return wait


@pytest.fixture
def sent(app, monkeypatch):
    """The presences that the bot sends from now on."""
    presences = []
    send = app.bot.change_presence

    async def note(**facts):
        presences.append(facts["activity"].name)
        await send(**facts)

    monkeypatch.setattr(app.bot, "change_presence", note)
    return presences


async def test_after_ready_people_see_how_many_guilds_there_are(app, world, olivia, until_shown):
    await until_shown(world, olivia, (["2 servers"], "online"))


@pytest.mark.req("CORE-401")
@pytest.mark.app(slices=(), config=ROTATION)
async def test_entries_are_shown_in_order_and_begin_again(app, world, olivia, until_shown, sent):
    await until_shown(world, olivia, (["A"], "online"))
    await app.bot.presence._show_next()
    await until_shown(world, olivia, (["B"], "idle"))
    await app.bot.presence._show_next()
    await until_shown(world, olivia, (["A"], "online"))
    assert sent == ["B", "A"]


@pytest.mark.req("CORE-402")
async def test_placeholders_are_replaced_literally(app, world, olivia, until_shown):
    await app.bot.config.set("status.text", "{guilds.__class__} {x} {prefix} {shards} {")
    await until_shown(world, olivia, (["{guilds.__class__} {x} ! 1 {"], "online"))


@pytest.mark.req("CORE-402")
def test_every_placeholder_is_known_and_nothing_else_happens():
    values = {"guilds": "3", "users": "70"}
    assert fill_in("{guilds} servers, {users} people", values) == "3 servers, 70 people"
    assert fill_in("{guilds!r} {} {{guilds}}", values) == "{guilds!r} {} {3}"
    assert len(fill_in("x" * 500, values)) == 128


@pytest.mark.req("CORE-403")
@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("playing", {"type": 0, "name": "chess"}),
        ("listening", {"type": 2, "name": "chess"}),
        ("watching", {"type": 3, "name": "chess"}),
        ("competing", {"type": 5, "name": "chess"}),
        ("custom", {"type": 4, "state": "chess"}),
        ("streaming", {"type": 1, "name": "chess", "url": "https://twitch.tv/x"}),
    ],
)
def test_types_become_discords_activities(kind, payload):
    sent = to_activity(Presence(kind, "chess", "online", "https://twitch.tv/x")).to_dict()
    assert {name: sent[name] for name in payload} == payload


@pytest.mark.req("CORE-403")
async def test_what_cannot_be_shown_falls_back_and_is_warned_once(app, caplog):
    rotation = app.bot.presence
    odd = {"type": "dancing", "text": "x", "presence": "asleep"}
    assert rotation._read(odd) == rotation._read(odd) == Presence("watching", "x", "online")
    stream = {"type": "streaming", "text": "x", "presence": "online", "url": "https://example.org/"}
    assert rotation._read(stream).kind == rotation._read(stream).kind == "playing"
    warnings = [record.message for record in caplog.records if record.name == "guildwright.presence"]
    assert len(warnings) == 3


@pytest.mark.req("CORE-404")
async def test_an_unchanged_presence_is_not_sent_again(app, world, olivia, until_shown, sent):
    await until_shown(world, olivia, (["2 servers"], "online"))
    for _ in range(6):
        await app.bot.presence._show_next()
    assert sent == []


@pytest.mark.req("CORE-404")
async def test_five_updates_in_twenty_seconds_are_the_most(app, monkeypatch):
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    monkeypatch.setattr(presence.asyncio, "sleep", sleep)
    for _ in range(6):
        await app.bot.presence._await_allowance(7)
    assert slept == [pytest.approx(20, abs=1)]


@pytest.mark.req("CORE-405")
async def test_a_failed_update_is_recorded_and_the_next_one_arrives(
    app, world, olivia, until_shown, until, monkeypatch
):
    await until_shown(world, olivia, (["2 servers"], "online"))
    send = app.bot.change_presence

    async def fail(**facts):
        monkeypatch.setattr(app.bot, "change_presence", send)
        raise discord.DiscordException("not now")

    monkeypatch.setattr(app.bot, "change_presence", fail)
    await app.bot.config.set("status.text", "first")
    await until(lambda: app.journal.recent(1))
    await app.bot.config.set("status.text", "second")

    await until_shown(world, olivia, (["second"], "online"))
    assert app.journal.recent(1)[0].source == "presence"
