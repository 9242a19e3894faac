"""Each guild answers under its own prefix, and no message waits for the database."""

import asyncio
import textwrap

import pytest
from sqlalchemy import event, text

from guildwright.bot.prefixes import GuildPrefix, PrefixError

PING = textwrap.dedent(
    """
    from discord.ext import commands

    @commands.command()
    async def ping(ctx):
        await ctx.send("pong")

    async def setup(bot):
        bot.add_command(ping)
    """
)
pytestmark = pytest.mark.app(
    slices=(), extensions={"ping": PING}, config={"prefix": "!", "cooldowns.default_rate": 100}
)
INSERT = text(
    "INSERT INTO guild_settings (guild_id, prefix, settings, created_at) VALUES (:guild, :prefix, '{}', 0)"
)
WORKSHOP = "Mia's workshop/#general"
SANDBOX = "Sandbox/#general"


def guild_named(app, name):
    return next(guild for guild in app.bot.guilds if guild.name == name)


@pytest.mark.req("CORE-801", "CORE-805")
async def test_two_guilds_and_a_direct_message_answer_under_their_own_prefix(app, mia):
    await app.bot.prefixes.set(guild_named(app, "Mia's workshop").id, "?")

    assert "pong" in await mia.says(WORKSHOP, "?ping")
    await mia.says(WORKSHOP, "!ping").nothing()
    assert "pong" in await mia.says(SANDBOX, "!ping")
    await mia.says(SANDBOX, "?ping").nothing()
    assert "pong" in await mia.says("dm", "!ping")

    await app.bot.prefixes.set(guild_named(app, "Mia's workshop").id, None)
    assert "pong" in await mia.says(WORKSHOP, "!ping")


@pytest.mark.req("CORE-801")
async def test_the_operators_prefix_holds_at_once_where_a_guild_chose_none(app, mia):
    await app.bot.prefixes.set(guild_named(app, "Mia's workshop").id, "?")
    await app.bot.config.set("prefix", "$")

    assert "pong" in await mia.says(SANDBOX, "$ping")
    assert "pong" in await mia.says("dm", "$ping")
    assert "pong" in await mia.says(WORKSHOP, "?ping")


@pytest.mark.req("CORE-803")
@pytest.mark.parametrize("operator", [True, False])
@pytest.mark.parametrize("guild", [True, False, None])
async def test_the_mention_works_where_it_is_allowed(app, mia, operator, guild):
    await app.bot.config.set("allow_mention_prefix", operator)
    await app.bot.prefixes.set_mention(guild_named(app, "Mia's workshop").id, guild)
    allowed = operator if guild is None else guild

    for spelling in (f"<@{app.bot.user.id}> ping", f"<@!{app.bot.user.id}>ping"):
        if allowed:
            assert "pong" in await mia.says(WORKSHOP, spelling)
        else:
            await mia.says(WORKSHOP, spelling).nothing()
    assert "pong" in await mia.says(WORKSHOP, "!ping")


@pytest.mark.req("CORE-802")
@pytest.mark.parametrize(
    ("prefix", "rule"),
    [
        ("", "at least one"),
        ("abcdef", "at most 5"),
        (" !", "blank"),
        ("! ", "blank"),
        ("a\nb", "line break"),
        ("a`b", "backtick"),
        ("/", "slash"),
        ("<@1>", "mention"),
    ],
)
async def test_a_bad_prefix_is_refused_by_its_rule_and_changes_nothing(app, prefix, rule):
    guild_id = guild_named(app, "Mia's workshop").id
    await app.bot.prefixes.set(guild_id, "?")

    with pytest.raises(PrefixError, match=rule):
        await app.bot.prefixes.set(guild_id, prefix)

    assert app.bot.prefixes.text(guild_id) == "?"


@pytest.mark.req("CORE-804")
async def test_messages_of_any_guild_cost_no_query(app, mia):
    queries = []
    engine = app.store._engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *facts: queries.append(facts[2]))

    for guild_id in range(1, 1001):
        app.bot.prefixes.openings(guild_id)
    assert "pong" in await mia.says(SANDBOX, "!ping")
    assert queries == []


@pytest.mark.req("CORE-804")
async def test_all_changed_prefixes_are_read_with_one_query(app):
    workshop, sandbox = (guild.id for guild in app.bot.guilds)
    async with app.store.session() as session:
        for guild_id, prefix in ((workshop, "?"), (sandbox, "$")):
            await session.execute(INSERT, {"guild": guild_id, "prefix": prefix})
    queries = []
    event.listen(
        app.store._engine.sync_engine, "before_cursor_execute", lambda *facts: queries.append(facts[2])
    )

    assert await app.bot.prefixes._refresh()

    assert len(queries) == 1
    assert (app.bot.prefixes.text(workshop), app.bot.prefixes.text(sandbox)) == ("?", "$")


@pytest.mark.req("CORE-806")
async def test_a_broken_database_leaves_known_prefixes_in_force(app, mia, monkeypatch):
    guild_id = guild_named(app, "Mia's workshop").id
    await app.bot.prefixes.set(guild_id, "?")
    errors_before = app.journal.system_errors
    working = app.store._sessions
    app.store._sessions = None

    assert not await app.bot.prefixes._refresh()
    assert not await app.bot.prefixes._refresh()
    assert app.journal.system_errors == errors_before + 1
    assert "pong" in await mia.says(WORKSHOP, "?ping")
    assert "pong" in await mia.says(SANDBOX, "!ping")

    app.store._sessions = working
    async with app.store.session() as session:
        await session.execute(text("UPDATE guild_settings SET prefix = '$'"))
    assert await app.bot.prefixes._refresh()
    assert "pong" in await mia.says(WORKSHOP, "$ping")


@pytest.mark.req("CORE-806")
async def test_a_failed_read_is_repeated_until_it_succeeds(app, mia, monkeypatch):
    monkeypatch.setattr("guildwright.bot.prefixes.RETRY_SECONDS", (0.01,))
    prefixes = app.bot.prefixes
    attempts = []
    succeeded = asyncio.Event()

    async def fail_twice():
        attempts.append(1)
        if len(attempts) < 3:
            raise OSError("disk on fire")
        succeeded.set()
        return [(guild_named(app, "Sandbox").id, GuildPrefix("$"))]

    monkeypatch.setattr(prefixes, "_read", fail_twice)
    prefixes._refreshing.cancel()
    await prefixes.start()
    await succeeded.wait()

    assert "pong" in await mia.says(SANDBOX, "$ping")
    assert len(attempts) == 3


async def test_a_prefix_that_breaks_the_rules_in_the_database_is_ignored(app, mia):
    guild_id = guild_named(app, "Sandbox").id
    async with app.store.session() as session:
        await session.execute(INSERT, {"guild": guild_id, "prefix": ""})
    assert await app.bot.prefixes._refresh()
    await mia.says(SANDBOX, "ping").nothing()
    assert "pong" in await mia.says(SANDBOX, "!ping")


async def test_a_change_during_a_read_wins_over_what_was_read(app, monkeypatch):
    prefixes = app.bot.prefixes
    guild_id = guild_named(app, "Sandbox").id

    async def read_and_be_overtaken():
        await prefixes.set(guild_id, "$")
        return [(guild_id, GuildPrefix("?"))]

    monkeypatch.setattr(prefixes, "_read", read_and_be_overtaken)
    assert await prefixes._refresh()

    assert prefixes.text(guild_id) == "$"


@pytest.mark.req("CORE-805")
async def test_leaving_a_guild_drops_what_it_chose(app, world, mia):
    guild = guild_named(app, "Mia's workshop")
    await app.bot.prefixes.set(guild.id, "?")

    app.bot.dispatch("guild_remove", guild)

    assert app.bot.prefixes.chosen(guild.id) == GuildPrefix()
