"""Text of strangers is shown as text, wherever a person or bot can put it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import ui
from playwright.sync_api import expect

from guildwright.sandbox.page.markdown import Node, parse

from .hostile import CORPUS
from .stage import Stage
from .window import Window

STATIC = Path(__file__).parents[3] / "src" / "guildwright" / "sandbox" / "page" / "static"
FORBIDDEN_TAGS = "#messages :is(script, iframe, object, embed, style, meta, base, link, form)"


@pytest.mark.req("SAND-606")
def test_the_corpus_has_fifty_strings() -> None:
    assert len(CORPUS) == len(set(CORPUS)) == 50


@pytest.mark.browser
@pytest.mark.req("SAND-606")
def test_hostile_messages_are_text(window: Window, stage: Stage) -> None:
    for text in CORPUS:
        stage.writes("mia", text[:2000])
    stage.writes("mia", "the last one")
    window.sees("the last one")
    expect(window.messages).to_have_count(len(CORPUS) + 1)
    assert_harmless(window)
    shown = window.log.locator(".message-text").all_text_contents()
    for text in CORPUS:
        for words in words_of(parse(text[:2000])):
            assert any(words in one for one in shown), words


@pytest.mark.browser
@pytest.mark.req("SAND-606")
def test_hostile_fields_of_bots_and_people_are_text(window: Window, stage: Stage) -> None:
    for start in range(0, len(CORPUS), 10):
        stage.run(send_everywhere(stage, CORPUS[start : start + 10]))
    stage.writes("mia", "the last one")
    window.sees("the last one")
    assert_harmless(window)


@pytest.mark.browser
@pytest.mark.req("SAND-606")
def test_hostile_names_are_text(window: Window, stage: Stage) -> None:
    stage.writes("mia", "a message")
    before = [(thing, field, getattr(thing, field)) for thing, field in names_of(stage)]
    try:
        for text in CORPUS:
            name = text[:90].strip()
            stage.call(rename, stage, [(thing, field, name) for thing, field, _ in before])
            expect(window.page.locator("#channel-title h1")).to_have_text(name)
            assert_harmless(window)
    finally:
        stage.call(rename, stage, before)


def words_of(nodes: list[Node]) -> Iterator[str]:
    """Every piece of text that a reader should find."""
    for node in nodes:
        if node["type"] in {"text", "code", "code_block"} and node["text"].strip():
            yield node["text"].strip()
        yield from words_of(node.get("children", []))


def assert_harmless(window: Window) -> None:
    page = window.page
    assert page.evaluate("() => window.hacked") is None
    assert page.locator(FORBIDDEN_TAGS).count() == 0
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert window.log.evaluate("node => node.scrollWidth <= node.clientWidth")
    links = page.evaluate("() => [...document.querySelectorAll('a')].map((link) => link.protocol)")
    assert set(links) <= {"http:", "https:"}


async def send_everywhere(stage: Stage, texts: tuple[str, ...]) -> None:
    """Put each text into every field of an embed, a component, a poll and a thread."""
    assert stage.bot is not None
    channel = discord.utils.get(stage.bot.get_all_channels(), name="general")
    assert isinstance(channel, discord.TextChannel)
    for text in texts:
        await channel.send(embed=embed_of(text), view=view_of(text))
        await channel.send(view=layout_of(text))


def embed_of(text: str) -> discord.Embed:
    embed = discord.Embed(title=text[:256], description=text)
    embed.set_author(name=text[:256]).set_footer(text=text[:2000])
    return embed.add_field(name=text[:256], value=text[:1024])


def view_of(text: str) -> ui.View:
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label=text[:80], custom_id="label"))
    option = discord.SelectOption(label=text[:100], value="value", description=text[:100], default=True)
    view.add_item(ui.Select(custom_id="select", placeholder=text[:150], options=[option]))
    return view


def layout_of(text: str) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    container: ui.Container[Any] = ui.Container(ui.TextDisplay(text[:1_900]))
    container.add_item(ui.Section(text[:1_900], accessory=ui.Button(label=text[:80], custom_id="section")))
    return view.add_item(container)


def names_of(stage: Stage) -> list[tuple[object, str]]:
    """Everything around a message that somebody gave a name."""
    backend = stage.world.backend
    general = next(channel for channel in backend.channels.values() if channel.name == "general")
    guild = backend.guilds[general.guild_id]
    roles = [role for role in guild.roles.values() if role.name != "@everyone"]
    members = list(guild.members.values())
    return [
        *((thing, "name") for thing in (general, guild, *roles)),
        *((member, "nick") for member in members),
    ]


def rename(stage: Stage, names: list[tuple[Any, str, str | None]]) -> None:
    for thing, field, name in names:
        setattr(thing, field, name)
    guild_id = str(next(iter(stage.world.backend.guilds)))
    stage.world.backend.emit("GUILD_UPDATE", {"id": guild_id, "guild_id": guild_id})


@pytest.mark.req("SAND-606", "SAND-601")
def test_only_constants_become_html() -> None:
    """The page has no call at all that turns a string into HTML or code."""
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTML|srcdoc"
        r"|\beval\(|new Function|setTimeout\(\s*[\"'`]|\.setAttribute\(\s*[\"']on"
    )
    for script in STATIC.rglob("*.js"):
        found = forbidden.findall(script.read_text())
        assert found == [], script.name
    page = (STATIC / "index.html").read_text()
    assert not re.search(r"\son\w+=|\sstyle=|<style|<script(?![^>]*\bsrc=)", page)
