"""What people read when they ask the bot about itself."""

from __future__ import annotations

import re

import pytest

from guildwright.api.extensions import ExtensionState
from guildwright.app import Application
from guildwright.features.info import render, service
from guildwright.testing.person import Person

pytestmark = pytest.mark.app(slices=("help", "info"))

HELLO = """
from discord.ext import commands


@commands.hybrid_command()
async def hello(ctx):
    await ctx.send("Hello")


async def setup(bot):
    bot.add_command(hello)
"""


@pytest.mark.req("CORE-1101")
@pytest.mark.app(slices=("help", "info"), extensions={"hello": HELLO})
async def test_stats_tell_what_happened(app: Application, mia: Person) -> None:
    await mia.says("#general", "just talking").nothing()
    await mia.says("#general", "!hello")
    await mia.slash("hello")
    shown = (await mia.says("#general", "!stats")).embed
    counted = app.bot.metrics.get_stats()
    assert shown.field("Commands processed") == str(counted["commands_processed"]) == "3"
    assert shown.field("Messages seen") == str(counted["messages_seen"]) == "3"
    assert re.fullmatch(r"\d+:\d\d:\d\d", shown.field("Uptime"))
    assert re.fullmatch(r"\d+\.\d\d ms", shown.field("Latency"))
    assert shown.field("Servers") == "2"
    assert shown.field("Users") == "7"
    assert shown.field("Extensions") == "1"
    assert shown.field("System errors") == "0"
    assert shown.field("Slash commands") == "6"
    assert shown.field("Framework") == "2 of 2 modules · 1 shard"
    assert shown.field("Top commands").splitlines()[0] == "1. `hello` — 2"


def test_an_uptime_of_days_says_so() -> None:
    assert service.in_words(93_784.9) == "1 day, 2:03:04"
    assert service.in_words(5) == "0:00:05"


@pytest.mark.req("CORE-1102")
@pytest.mark.app(slices=("help", "info"), extensions={"hello": HELLO})
async def test_extensions_are_listed_with_times_and_reasons(app: Application, mia: Person) -> None:
    folder = app.instance.directory / "extensions"
    (folder / "broken.py").write_text("import a_package_that_is_not_there\n")
    (folder / "banned.py").write_text("")
    await app.bot.extension_loader.load("extensions.broken")
    await app.bot.config.set("extensions.blacklist", ["banned"])
    await app.bot.extension_loader.load_user()
    shown = (await mia.says("#general", "!extensions")).embed
    lines = shown.description.splitlines()
    assert lines[0] == "**Extensions · 1**"
    assert re.fullmatch(r"✅ `hello` — \d+\.\d{3} s", lines[1])
    assert lines[3] == "**Framework modules · 2**"
    assert lines[7] == "**Not loaded · 2**"
    assert lines[8].startswith("⛔ `banned` — skipped: listed in extensions.blacklist")
    assert lines[9].startswith("❌ `broken` — failed: the Python package 'a\\_package")


@pytest.mark.req("CORE-1102")
async def test_no_extension_is_a_red_note(app: Application, mia: Person) -> None:
    shown = (await mia.says("#general", "!extensions")).embed
    assert shown.colour == 0xFF0000
    assert shown.description.startswith("No extension is loaded.")


@pytest.mark.req("CORE-924")
async def test_eighty_extensions_come_on_pages(app: Application, mia: Person) -> None:
    for number in range(80):
        name = f"extensions.thing{number:02}"
        (app.instance.directory / "extensions" / f"thing{number:02}.py").write_text(
            "async def setup(bot):\n    pass\n"
        )
        await app.bot.load_extension(name)
    first = await mia.says("#general", "!extensions")
    assert first.embed.footer == "Requested by Mia · Page 1 of 6"
    second = await first.click("Next ▶")
    assert second.embed.footer == "Requested by Mia · Page 2 of 6"


@pytest.mark.req("CORE-1103")
@pytest.mark.app(slices=("help", "info"), extensions={"hello": HELLO})
async def test_the_framework_answers_to_all_its_names(
    app: Application, mia: Person, marco: Person, olivia: Person, world
) -> None:
    await app.bot.unload_extension("extensions.hello")
    people = iter([mia, marco, olivia, world.person("Max")])
    titles = [
        (await next(people).says("#general", f"!{name}")).embed
        for name in ("discordbotframework", "framework", "botinfo", "guildwright")
    ]
    assert {embed.title for embed in titles} == {"Guildwright 0.1.0"}
    shown = titles[0]
    assert "`help`" in shown.field("Commands for everybody")
    assert shown.field("Commands for the owner") == "None"
    assert "sandbox" in shown.field("New in 0.1.0")
    assert "2 servers" in shown.field("Right now")


@pytest.mark.req("CORE-1104", "CORE-912")
async def test_a_member_sees_the_shards(app: Application, mia: Person, marco: Person) -> None:
    shown = (await mia.says("#general", "!shardinfo")).embed
    assert re.fullmatch(r"Shard 0 · \d+\.\d\d ms · 2 servers", shown.field("This server"))
    assert shown.field("Shards") == "1"
    assert shown.field("Servers per shard") == "2"
    assert re.fullmatch(r"🟢 \*\*Shard 0\*\* — 2 servers · \d+\.\d\d ms · ready", shown.description)
    private = (await marco.says("dm", "!shardinfo")).embed
    assert "This server" not in private.text


@pytest.mark.req("CORE-1104")
@pytest.mark.app(slices=("help", "info"), environ={"SHARD_COUNT": "3"})
async def test_three_shards_are_three_lines(app: Application, mia: Person) -> None:
    shown = (await mia.says("#general", "!shardinfo")).embed
    assert len(shown.description.splitlines()) == 3
    assert shown.field("Servers per shard") == "0"


def test_what_is_new_is_found_for_a_known_version_only() -> None:
    assert "sandbox" in service.read_news("0.1.0")
    assert service.read_news("99.0") == ""


def test_a_long_reason_is_cut() -> None:
    failed = ExtensionState("x", bundled=False, outcome="failed", reason="why " * 500)
    lines = render.extension_lines([failed])
    assert len(lines[1]) < 300


@pytest.mark.req("CORE-1104", "CORE-924")
@pytest.mark.app(slices=("help", "info"), environ={"SHARD_COUNT": "16"})
async def test_sixteen_shards_come_on_two_pages(app: Application, mia: Person) -> None:
    first = await mia.says("#general", "!shardinfo")
    assert len(first.embed.description.splitlines()) == 10
    second = await first.click("Next ▶")
    assert len(second.embed.description.splitlines()) == 6
    assert second.embed.field("Shards") == "16"


@pytest.mark.req("CORE-901", "CORE-1103")
async def test_every_fact_is_told_by_text_and_by_slash(app: Application, mia: Person, marco: Person) -> None:
    for name in ("stats", "extensions", "discordbotframework", "shardinfo"):
        by_text = await mia.says("#general", f"!{name}")
        by_slash = await marco.slash(name)
        assert by_text.embed.title == by_slash.embed.title
        assert not by_slash.ephemeral
