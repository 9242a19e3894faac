"""An owner loads, unloads and reloads extensions by message and by slash; nobody else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from guildwright.app import Application
from guildwright.testing.person import Person
from guildwright.testing.world import World

PING = """
from discord.ext import commands

@commands.command()
async def ping(ctx):
    await ctx.send("pong")

async def setup(bot):
    bot.add_command(ping)
"""
USER = "from extensions.ping import setup as _\n" + PING.replace("ping", "user")
pytestmark = [
    pytest.mark.app(slices=("extensions",), extensions={"ping": PING}, config={"prefix": "!"}),
    pytest.mark.usefixtures("_no_limits"),
]


@pytest.fixture
async def _no_limits(world: World) -> None:
    await world.change(limits="off")


@pytest.fixture
def folder(app: Application, instance_folder: Path) -> Path:
    return instance_folder / "extensions"


def names(folder: Path, pattern: str) -> list[str]:
    return sorted(file.name for file in folder.glob(pattern))


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


@pytest.mark.req("CORE-1302")
async def test_an_extension_is_loaded_unloaded_and_loaded_again(
    app: Application, olivia: Person, folder: Path
) -> None:
    write(folder / "other.py", PING.replace("ping", "other"))
    assert "`other` is loaded (0." in await olivia.says("#general", "!load other")
    assert "To run its new code: `reload other`" in await olivia.says("#general", "!load other.py")
    assert (await olivia.says("#general", "!other")).content == "pong"
    assert "`other` is unloaded." in await olivia.says("#general", "!unload extensions.other")
    assert "`other` is not loaded." in await olivia.says("#general", "!unload other")
    assert "There is no `extensions/nosuch.py`." in await olivia.says("#general", "!load nosuch")


@pytest.mark.req("CORE-1302")
async def test_a_failure_is_told_with_cause_place_and_id(
    app: Application, olivia: Person, folder: Path
) -> None:
    write(folder / "broken.py", "async def setup(bot):\n    raise LookupError('" + "x" * 400 + "')\n")
    told = await olivia.says("#general", "!load broken")
    assert "`broken` is not loaded: LookupError: xxx" in told
    record = app.bot.journal.recent()[0]
    assert record.error_id in told
    assert "x" * 200 not in told.text


@pytest.mark.req("CORE-1304")
async def test_a_reload_that_fails_keeps_the_old_code(app: Application, olivia: Person, folder: Path) -> None:
    write(folder / "ping.py", PING.replace('"pong"', '"peng"'))
    assert "`ping` is reloaded (0." in await olivia.says("#general", "!reload ping")
    assert (await olivia.says("#general", "!ping")).content == "peng"

    write(folder / "ping.py", "def broken(:\n")
    told = await olivia.says("#general", "!reload ping")
    assert "`ping` is not reloaded, the old version runs on: syntax error" in told
    assert "extensions/ping.py:1" in told
    assert (await olivia.says("#general", "!ping")).content == "peng"
    assert "`nosuch` is not loaded." in await olivia.says("#general", "!reload nosuch")


@pytest.mark.req("CORE-1304")
@pytest.mark.app(
    slices=("extensions",),
    extensions={"ping": PING, "never": PING.replace("ping", "never"), "user": USER},
    config={"prefix": "!", "extensions.blacklist": ["never"]},
)
async def test_a_blacklisted_name_is_loaded_with_a_note_and_all_are_reloaded_at_once(
    app: Application, olivia: Person, folder: Path
) -> None:
    told = await olivia.says("#general", "!load never")
    assert "`never` is loaded" in told
    assert "`extensions.blacklist`" in told

    assert "With it, because built on it: user." in await olivia.says("#general", "!reload ping")
    write(folder / "never.py", "1 / 0\n")
    told = await olivia.says("#general", "!reload all")
    assert "❌ `never` ZeroDivisionError" in told
    assert "✅ `ping`" in told
    assert "✅ `user`" in told


@pytest.mark.req("CORE-1303")
@pytest.mark.parametrize(
    "name", ["../main", "a/b", "..", "extensions..x", "a\\b", "a.b", "é", "x" * 101, "a;b", "~"]
)
async def test_a_name_that_none_can_have_does_not_touch_the_disk(
    app: Application, olivia: Person, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the disk was touched")

    monkeypatch.setattr(Path, "is_file", refuse)
    monkeypatch.setattr(Path, "iterdir", refuse)
    monkeypatch.setattr(Path, "is_dir", refuse)
    for verb in ("load", "unload", "reload"):
        told = await olivia.says("#general", f"!{verb} {name}")
        assert "That can be no extension's name." in told


@pytest.mark.req("CORE-1302")
async def test_a_file_with_blanks_in_its_name_is_renamed(
    app: Application, olivia: Person, folder: Path
) -> None:
    write(folder / "my own.py", PING.replace("ping", "own"))
    told = await olivia.says("#general", "!load my own")
    assert "`my_own` is loaded" in told
    assert "The file is now called my_own.py." in told
    assert names(folder, "my*") == ["my_own.py"]


@pytest.mark.app(
    slices=("extensions",), extensions={"ping": PING}, config={"prefix": "!", "sync.owner_guilds": []}
)
async def test_only_owners_of_the_bot_may(app: Application, marco: Person, mia: Person) -> None:
    for name in ("load x", "unload ping", "reload ping", "sync", "sync status", "sync clear"):
        told = await marco.says("#general", f"!{name}")
        assert "Only the owner of this bot can use this command." in told, name
        assert "extensions.ping" in app.bot.extensions
    own_guild = mia.at("Mia's workshop/#general")
    assert "Only the owner of this bot" in await own_guild.says("Mia's workshop/#general", "!reload ping")


async def test_slash_completes_by_state_for_the_owner_alone(
    app: Application, world: World, olivia: Person, marco: Person, folder: Path
) -> None:
    guild = next(guild for guild in app.bot.guilds if guild.name == "Sandbox")
    await app.bot.config.set("sync.owner_guilds", [str(guild.id)])
    await app.bot.sync.sync_if_needed()
    write(folder / "other.py", PING.replace("ping", "other"))

    assert await olivia.at("#general").autocomplete("load", extension="OTH") == [("other", "other")]
    assert await olivia.autocomplete("unload", extension="") == [("ping", "ping")]
    assert await olivia.autocomplete("reload", extension="") == [("ping", "ping"), ("all", "all")]
    assert "`other` is loaded" in await olivia.slash("load", extension="other")
    assert "`ping` is reloaded" in await olivia.slash("reload", extension="ping")
