"""Waiting for outcomes: edits, deletions, reactions, silence, and what settling means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import discord
import pytest
from discord.ext import commands

from guildwright.testing.errors import OutcomeError, RefusedError
from guildwright.testing.person import Person
from guildwright.testing.plain import PlainRunner
from guildwright.testing.values import File
from guildwright.testing.world import World

Ctx = commands.Context[commands.Bot]


class Stories(commands.Cog):
    def __init__(self) -> None:
        self.door = asyncio.Event()
        self.heard: list[str] = []

    @commands.command()
    async def tell(self, ctx: Ctx) -> None:
        story = await ctx.send("Once")
        await story.edit(content="Once upon a time")
        await story.add_reaction("📖")
        await story.delete(delay=600)

    @commands.command()
    async def ask(self, ctx: Ctx) -> None:
        await ctx.send("Your name?")
        answer = await ctx.bot.wait_for("message", check=lambda m: m.author == ctx.author, timeout=60)
        await ctx.send(f"Hello {answer.content}")

    @commands.command()
    async def hang(self, ctx: Ctx) -> None:
        await self.door.wait()

    @commands.command()
    async def panel(self, ctx: Ctx) -> None:
        view = discord.ui.View(timeout=60)
        view.add_item(discord.ui.Button[discord.ui.View](label="Never"))
        await ctx.send("Panel", view=view)
        await view.wait()

    @commands.command()
    async def purge(self, ctx: Ctx) -> None:
        await ctx.message.delete()
        await ctx.author.send("Removed your message.")

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message.content)


@pytest.fixture
async def stories(plain_bot: PlainRunner) -> AsyncIterator[Stories]:
    bot = commands.Bot("!", intents=discord.Intents.all(), guild_ready_timeout=0.02)
    cog = Stories()
    await bot.add_cog(cog)
    await plain_bot(bot)
    yield cog
    cog.door.set()


@pytest.mark.req("TEST-02")
async def test_an_edit_and_a_reaction_are_waited_for(stories: Stories, mia: Person) -> None:
    story = await mia.says("#general", "!tell").message(matching="Once")
    told = await story.edited() if story.content == "Once" else story
    assert told.content == "Once upon a time"
    assert (await mia.reacted(story, "📖")).reactions[0].count == 1


@pytest.mark.req("TEST-02")
async def test_settled_means_that_everything_delivered_was_dispatched(
    stories: Stories, world: World, mia: Person
) -> None:
    for number in range(20):
        await mia.says("#general", f"line {number}").sent()
    await world.settled()
    assert stories.heard == [f"line {number}" for number in range(20)]


@pytest.mark.req("TEST-02")
async def test_a_command_that_waits_for_a_person_has_finished_what_it_was_sent(
    stories: Stories, world: World, mia: Person
) -> None:
    await mia.says("#general", "!panel").message(matching="Panel")
    await mia.says("#general", "!ask").message(matching="Your name?")
    await world.settled()
    assert (await mia.says("#general", "Mia")).content == "Hello Mia"


@pytest.mark.req("TEST-02")
async def test_what_never_finishes_is_named(stories: Stories, mia: Person) -> None:
    hung = mia.says("#general", "!hang")
    with pytest.raises(OutcomeError, match=r"has not finished after 0\.2 s: task discord\.py: on_message"):
        await hung.nothing(within=0.2)


@pytest.mark.req("TEST-02")
async def test_a_deletion_is_waited_for_by_everybody_who_saw_the_message(
    stories: Stories,
    mia: Person,
    max: Person,  # noqa: A002 - the fixture is called as the person
) -> None:
    said = mia.says("#general", "!purge")
    seen_by_max = await said.sent() and await max.message("#general", "!purge")
    await said.deleted()
    await seen_by_max.deleted()
    assert (await mia.message("dm")).content == "Removed your message."


async def test_silence_in_one_place_is_no_silence_in_another(stories: Stories, mia: Person) -> None:
    await mia.says("#general", "!purge").nothing("#general", matching="Removed")
    with pytest.raises(OutcomeError, match="should see nothing"):
        await mia.says("#general", "!purge").nothing()


async def test_people_are_refused_what_discord_refuses(world: World, mia: Person, marco: Person) -> None:
    with pytest.raises(OutcomeError, match="Mia sees no channel '#mod-log'"):
        await mia.says("#mod-log", "hello").sent()
    staff = await marco.says("#mod-log", "hello").sent()
    with pytest.raises(RefusedError, match="sees no channel"):
        await mia.says(staff.channel_id, "hello").sent()


async def test_files_edits_and_reactions_of_people_are_seen_by_others(
    world: World,
    mia: Person,
    max: Person,  # noqa: A002
) -> None:
    sent = await mia.says("#general", "look", files=[File("cat.txt", b"meow")]).sent()
    seen = await max.message("#general", "look")
    assert [(file.filename, file.size) for file in seen.attachments] == [("cat.txt", 4)]
    await mia.edits(sent, "look here").done()
    assert (await seen.edited()).content == "look here"
    await max.reacts(seen, "🐈").done()
    assert (await mia.reacted(sent, "🐈")).reactions[0].emoji == "🐈"


async def test_worlds_share_nothing(world: World, mia: Person, sandbox_process: object) -> None:
    from guildwright.testing.process import SandboxProcess

    assert isinstance(sandbox_process, SandboxProcess)
    other = await World.open(sandbox_process)
    await mia.says("#general", "only here").sent()
    assert await other.person("Mia").history("#general") == []
    assert other.token != world.token
    await other.close()
