"""Administrators decide for their own server, at once, for good, and for no other server."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from guildwright.app import Application
from guildwright.kernel import audit
from guildwright.testing.person import Person
from guildwright.testing.world import World

WELCOME = """
from guildwright.api import settings
from guildwright.api.settings import Setting
from discord.ext import commands

@commands.command()
async def ping(ctx):
    await ctx.send("pong")

async def setup(bot):
    bot.add_command(ping)
    settings.declare(bot, __name__, {
        "welcome.on": Setting(bool, default=False, label="Welcome"),
        "welcome.count": Setting(int, default=3, min=1, max=9, permission="manage_guild"),
        "welcome.text": Setting(str, default="Hello", max_length=10),
        "welcome.tone": Setting(str, default="kind", choices=("kind", "stern")),
    })
"""
HERE, THERE = "#general", "Mia's workshop/#general"
pytestmark = [
    pytest.mark.app(
        slices=("guild_settings",),
        extensions={"welcome": WELCOME},
        config={"prefix": "!", "cooldowns.default_rate": 100},
    ),
    pytest.mark.usefixtures("_no_limits"),
]


@pytest.fixture
async def _no_limits(world: World) -> None:
    await world.change(limits="off")


def guild_id(app: Application, name: str = "Sandbox") -> int:
    return next(guild.id for guild in app.bot.guilds if guild.name == name)


async def changes(app: Application) -> list[tuple[int | None, str | None, object, object]]:
    found = await audit.read_newest(app.store, guild_id=guild_id(app))
    return [(e.actor_discord_id, e.target_id, e.meta_json["old"], e.meta_json["new"]) for e in found]


def break_saving(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("UPDATE", {}, Exception("disk I/O error"))

    monkeypatch.setattr(app.store, "_sessions", refuse)


@pytest.mark.req("CORE-1201")
async def test_a_new_prefix_holds_at_once_and_only_here(
    app: Application, olivia: Person, mia: Person
) -> None:
    told = await olivia.says(HERE, "!setprefix ?")
    assert "The prefix is **?** now." in told
    assert "pong" in await mia.says(HERE, "?ping")
    await mia.says(HERE, "!ping").nothing()
    assert "pong" in await mia.says(THERE, "!ping")
    await mia.says(THERE, "?ping").nothing()

    assert "The prefix is **!** now." in await olivia.says(HERE, "?setprefix reset")
    assert "pong" in await mia.says(HERE, "!ping")
    assert await changes(app) == [(olivia.id, "prefix", "?", None), (olivia.id, "prefix", None, "?")]


@pytest.mark.req("CORE-1201")
async def test_a_prefix_that_breaks_a_rule_or_cannot_be_saved_changes_nothing(
    app: Application, olivia: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "at most 5 characters" in await olivia.says(HERE, "!setprefix toolong")
    assert "no backtick" in await olivia.at(HERE).slash("setprefix", prefix="`")
    with monkeypatch.context() as broken:
        break_saving(app, broken)
        told = await olivia.says(HERE, "!setprefix ?")
        assert "could not be" in told
    assert "pong" in await olivia.says(HERE, "!ping")
    assert await changes(app) == []


async def test_members_may_not_change_anything(app: Application, marco: Person, mia: Person) -> None:
    for command in ("setprefix ?", "mentionprefix disable", "timezone UTC", "serversettings"):
        told = await marco.says(HERE, f"!{command}")
        assert "Administrator" in told, command
    assert "The prefix is **?** now." in await mia.says(THERE, "!setprefix ?"), "her own server"


@pytest.mark.req("CORE-1202")
async def test_mentioning_the_bot_is_switched_and_shown(
    app: Application, olivia: Person, mia: Person
) -> None:
    assert app.bot.user is not None
    call = f"{app.bot.user.mention} ping"
    shown = await olivia.says(HERE, "!mentionprefix")
    assert "as everywhere: enabled" in shown
    assert str(guild_id(app)) in shown

    assert "disabled now" in await olivia.says(HERE, "!mentionprefix disable")
    await mia.says(HERE, call).nothing()
    assert "disabled already" in await olivia.says(HERE, "!mentionprefix disable")
    assert "❌" in await olivia.says(HERE, "!mentionprefix status")
    assert "pong" in await mia.says(THERE, call)

    assert "enabled now" in await olivia.at(HERE).slash("mentionprefix", action="enable")
    assert "pong" in await mia.says(HERE, call)
    await olivia.says(HERE, "!mentionprefix reset")
    assert "as everywhere" in await olivia.says(HERE, "!mentionprefix")
    assert [change[1:] for change in await changes(app)] == [
        ("mention_prefix", True, None),
        ("mention_prefix", False, True),
        ("mention_prefix", None, False),
    ]


async def test_everything_that_holds_here_is_shown(app: Application, olivia: Person) -> None:
    await olivia.says(HERE, "!setprefix ?")
    await olivia.says(HERE, "?timezone Europe/Berlin")
    shown = (await olivia.says(HERE, "?serversettings")).embed
    assert shown.field("Prefix") == "**?** (chosen here)"
    assert shown.field("Mention prefix") == "on (default)"
    assert shown.field("Time zone") == "**Europe/Berlin** (chosen here)"
    assert shown.field("Owner") == f"<@{olivia.id}>"
    assert shown.field("Server ID") == str(guild_id(app))
    assert "**Welcome** (`welcome.on`): **off** (default)" in shown.field("From extensions")


async def test_a_setting_of_an_extension_is_changed_checked_and_kept(
    app: Application, olivia: Person, mia: Person
) -> None:
    for typed, problem in (
        ("welcome.on maybe", "Say on or off."),
        ("welcome.count 10", "a whole number from 1 to 9"),
        ("welcome.count many", "a whole number from 1 to 9"),
        ("welcome.text 12345678901", "at most 10 characters"),
        ("welcome.tone rude", "Choose one of: kind, stern."),
        ("nosuch 1", "There is no such setting."),
    ):
        assert problem in await olivia.says(HERE, f"!serversettings set {typed}"), typed
    assert "Welcome is **on** now." in await olivia.says(HERE, "!serversettings set welcome.on yes")
    assert app.bot.settings.get(guild_id(app), "welcome.on") is True
    assert app.bot.settings.get(guild_id(app, "Mia's workshop"), "welcome.on") is False

    await app.bot.unload_extension("extensions.welcome")
    assert "There is no such setting." in await olivia.says(HERE, "!serversettings set welcome.on no")
    await app.bot.load_extension("extensions.welcome")
    await app.bot.settings.start()
    assert app.bot.settings.get(guild_id(app), "welcome.on") is True
    assert "Welcome is **off** again." in await olivia.says(HERE, "!serversettings reset welcome.on")
    assert await changes(app) == [
        (olivia.id, "welcome.on", True, None),
        (olivia.id, "welcome.on", None, True),
    ]


async def test_the_time_zone_is_found_suggested_and_reset(app: Application, olivia: Person) -> None:
    assert "The time zone of this server is **UTC**." in await olivia.says(HERE, "!timezone")
    assert "**Europe/Berlin**" in await olivia.says(HERE, "!timezone europe/berlin")
    assert "**America/New_York**" in await olivia.says(HERE, "!timezone america/new york")
    told = await olivia.says(HERE, "!timezone Berlim")
    assert "There is no time zone `Berlim`. Did you mean" in told
    assert "`Europe/Berlin`" in told
    assert ("Europe/Berlin", "Europe/Berlin") in await olivia.at(HERE).autocomplete("timezone", zone="berl")
    assert "**UTC**" in await olivia.says(HERE, "!timezone reset")


async def test_a_setting_belongs_to_the_extension_that_declared_it_first(app: Application) -> None:
    from guildwright.kernel.settings import Setting, SettingError

    with pytest.raises(SettingError, match=r"belongs to extensions\.welcome"):
        app.bot.settings.declare("extensions.other", {"welcome.on": Setting(bool)})
