"""What a person sees when a command fails: one answer, in words, whatever failed."""

from __future__ import annotations

import asyncio

import pytest

from guildwright.app import Application
from guildwright.testing.person import Person
from guildwright.testing.world import World

PLAIN = {"prefix": "!", "cooldowns.default_rate": 50, "auto_delete.enabled": False}

FAILING = """
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from guildwright.api.checks import is_bot_owner, requires
from guildwright.api.errors import StoreError


class Failing(commands.Cog):
    @commands.hybrid_command()
    async def broken(self, ctx):
        raise RuntimeError("secret at /etc/passwd")

    @commands.hybrid_command()
    @is_bot_owner()
    async def restricted(self, ctx):
        await ctx.send("done")

    @commands.hybrid_command()
    @commands.has_permissions(ban_members=True)
    async def banish(self, ctx):
        pass

    @commands.hybrid_command()
    @commands.bot_has_permissions(administrator=True)
    async def conquer(self, ctx):
        pass

    @commands.hybrid_command()
    @commands.cooldown(1, 60, commands.BucketType.user)
    async def slowly(self, ctx):
        await ctx.send("once")

    @commands.hybrid_command()
    async def pay(self, ctx, amount: commands.Range[int, 1, 50], size: Literal["s", "m"] = "s"):
        await ctx.send(f"paid {amount}")

    @commands.command(ignore_extra=False)
    async def exact(self, ctx):
        pass

    @commands.hybrid_command()
    @commands.guild_only()
    async def here(self, ctx):
        pass

    @commands.hybrid_command()
    @commands.dm_only()
    async def privately(self, ctx):
        pass

    @commands.hybrid_command()
    @commands.is_nsfw()
    async def adult(self, ctx):
        pass

    @commands.hybrid_command(enabled=False)
    async def off(self, ctx):
        pass

    @commands.hybrid_command()
    async def gone(self, ctx):
        await ctx.channel.get_partial_message(1).delete()

    @commands.hybrid_command()
    async def forbidden(self, ctx):
        await ctx.guild.edit(name="Mine")

    @commands.hybrid_command()
    async def storeless(self, ctx):
        raise StoreError("secret")

    @commands.hybrid_command()
    async def throttled(self, ctx):
        raise discord.RateLimited(300)

    @commands.hybrid_command()
    @commands.max_concurrency(1, commands.BucketType.guild)
    async def alone(self, ctx):
        ctx.bot.dispatch("begun")
        await ctx.bot.wait_for("finish")
        await ctx.send("finished")

    @commands.hybrid_command()
    async def checked(self, ctx):
        raise commands.CheckFailure("Only on Sundays.")

    @app_commands.command()
    async def slashed(self, interaction):
        raise RuntimeError("secret")

    @app_commands.command()
    async def guess(self, interaction, word: str):
        pass

    @guess.autocomplete("word")
    async def guess_word(self, interaction, current):
        raise RuntimeError("secret")

    @app_commands.command()
    async def late(self, interaction):
        await interaction.response.defer(ephemeral=True)
        raise RuntimeError("secret")

    @commands.hybrid_command()
    async def patient(self, ctx):
        await ctx.defer()
        raise RuntimeError("secret")

    @app_commands.command()
    async def overdue(self, interaction):
        await interaction.response.defer()
        interaction.client.dispatch("begun")
        await interaction.client.wait_for("day_after")
        raise RuntimeError("secret")

    @commands.hybrid_command()
    async def buttons(self, ctx):
        view = discord.ui.View()
        button = discord.ui.Button(label="Break")
        async def fail(interaction):
            raise RuntimeError("secret")
        button.callback = fail
        view.add_item(button)
        await ctx.send("press", view=view)

    @commands.hybrid_command()
    async def own(self, ctx):
        raise RuntimeError("secret")

    @own.error
    async def own_error(self, ctx, error):
        await ctx.send("handled here")

    @commands.hybrid_command()
    async def worse(self, ctx):
        raise RuntimeError("secret")

    @worse.error
    async def worse_error(self, ctx, error):
        raise ValueError("secret too")


class Form(discord.ui.Modal, title="A form"):
    name = discord.ui.TextInput(label="Name")

    async def on_submit(self, interaction):
        raise RuntimeError("secret")


@app_commands.command()
async def form(interaction):
    await interaction.response.send_modal(Form())


@app_commands.context_menu(name="Judge")
async def judge(interaction, member: discord.Member):
    raise RuntimeError("secret")


async def setup(bot):
    await bot.add_cog(Failing())
    bot.tree.add_command(form)
    bot.tree.add_command(judge)
"""

failing = pytest.mark.app(extensions={"failing": FAILING}, config=PLAIN)

BY_TEXT = [
    ("restricted", "Permission denied", "Only the owner of this bot"),
    ("banish", "Permission denied", "**Ban Members**"),
    ("conquer", "I am missing permissions", "**Administrator**"),
    ("pay", "Something is missing", '`amount` is required.\n\nUsage `!pay <amount> ["s"|"m"=s]`'),
    ("pay many", "That did not fit", "must be a whole number. You gave `many`"),
    ("pay 70", "That did not fit", "between 1 and 50. You gave `70`"),
    ("pay 7 xl", "That did not fit", "one of `s`, `m`. You gave `xl`"),
    ('pay 7 "s', "Quotation marks", "is missing at the end"),
    ("exact thing", "Too much", "more than this command takes"),
    ("privately", "Only in direct messages", "a direct message to me"),
    ("adult", "Not in this channel", "age-restricted"),
    ("off", "Switched off", "switched off at the moment"),
    ("gone", "Gone", "That message does not exist any more."),
    ("forbidden", "Discord did not allow it", "missing a permission"),
    ("checked", "Permission denied", "Only on Sundays."),
]
BY_SLASH = [
    ("banish", {}, "**Ban Members**"),
    ("conquer", {}, "**Administrator**"),
    ("privately", {}, "a direct message to me"),
    ("off", {}, "switched off"),
    ("gone", {}, "That message"),
    ("forbidden", {}, "missing a permission"),
    ("checked", {}, "Only on Sundays."),
]


@pytest.mark.req("CORE-603", "CORE-612")
@failing
async def test_failures_by_text_are_told_in_words(app: Application, mia: Person) -> None:
    await mia.world.change(limits="off")
    for typed, title, said in BY_TEXT:
        answer = await mia.says("#general", f"!{typed}")
        assert answer.embed.title == title
        assert said in answer.embed.description.replace("**Usage**", "Usage"), typed
        assert answer.embed.colour == 0xFF0000
        assert answer.embed.footer == f"!{typed.split()[0]}"
    await mia.says("#general", "!nothing_of_that_name").nothing()
    counted = app.bot.metrics.get_stats()
    assert (counted["user_error_count"], counted["error_count"]) == (len(BY_TEXT), 0)


@pytest.mark.req("CORE-603")
@failing
async def test_failures_by_slash_are_told_to_the_person_alone(app: Application, mia: Person) -> None:
    await mia.world.change(limits="off")
    for name, options, said in BY_SLASH:
        answer = await mia.slash(name, **options)
        assert answer.ephemeral
        assert said in answer.embed.description
        assert answer.embed.footer == f"/{name}"


@pytest.mark.req("CORE-603")
@failing
async def test_a_cooldown_tells_the_seconds_left(app: Application, mia: Person) -> None:
    assert (await mia.says("#general", "!slowly")).content == "once"
    answer = await mia.slash("slowly")
    assert "seconds**" in answer.embed.description
    assert answer.embed.title == "One moment"


@pytest.mark.req("CORE-603")
@failing
async def test_a_guild_command_in_a_direct_message_says_so(app: Application, mia: Person) -> None:
    assert "servers only" in await mia.says("dm", "!here")


@pytest.mark.req("CORE-604")
@failing
async def test_an_unexpected_failure_shows_its_id_and_nothing_else(app: Application, mia: Person) -> None:
    by_text = await mia.says("#general", "!broken")
    by_slash = await mia.slash("broken")
    slash_only = await mia.slash("slashed")
    records = app.journal.recent(3)
    for answer, record in zip((slash_only, by_slash, by_text), records, strict=True):
        assert record.error_id in answer.embed.footer
        assert record.error_id in answer.embed.description
        assert "secret" not in answer.text
        assert not answer.buttons
        assert (record.kind, record.user_id) == ("S", mia.id)
        assert "secret" in record.traceback
    assert [record.source for record in records] == ["app_command", "app_command", "command"]
    assert app.bot.metrics.get_stats()["error_count"] == 3


@pytest.mark.req("CORE-604")
@failing
async def test_the_owner_can_look_at_the_details(app: Application, olivia: Person, marco: Person) -> None:
    answer = await olivia.says("#general", "!broken")
    assert answer.labels == ["Details"]
    seen = await marco.message("#general", "Error ID")
    assert "belong to" in await seen.click("Details")
    details = await olivia.click("Details", on=answer)
    assert details.ephemeral
    assert "RuntimeError: secret at" in details.content
    assert details.content.startswith("```py")


@pytest.mark.req("CORE-605")
@failing
async def test_a_commands_own_handler_keeps_the_word(app: Application, mia: Person) -> None:
    start = len(await mia.history("#general"))
    assert (await mia.says("#general", "!own")).content == "handled here"
    assert (await mia.slash("own")).content == "handled here"
    assert len(await mia.history("#general")) == start + 3
    assert len(app.journal.recent(10)) == 2


@pytest.mark.req("CORE-605")
@failing
async def test_a_handler_that_fails_itself_is_answered_for(app: Application, mia: Person) -> None:
    assert "Error ID" in await mia.says("#general", "!worse")
    assert "Error ID" in await mia.slash("worse")


@pytest.mark.req("CORE-606")
@failing
async def test_a_deferred_answer_is_followed_up(app: Application, mia: Person) -> None:
    assert "Error ID" in await mia.slash("late")
    answer = await mia.slash("patient")
    assert "Error ID" in answer
    assert answer.ephemeral
    assert [message for message in await mia.history("#general") if message.loading] == []


@failing
async def test_failures_behind_buttons_forms_menus_and_suggestions_are_recorded(
    app: Application, mia: Person, olivia: Person
) -> None:
    pressed = await (await mia.says("#general", "!buttons")).click("Break")
    assert pressed.ephemeral
    assert "Error ID" in pressed
    await mia.slash("form").modal()
    assert "Error ID" in await mia.submit(name="Mia")
    assert "Error ID" in await mia.uses("Judge", on=olivia)
    assert await mia.autocomplete("guess", word="x") == []
    sources = [record.source for record in reversed(app.journal.recent(10))]
    assert sources == ["view", "view", "app_command", "autocomplete"]


@pytest.mark.req("CORE-606")
@failing
async def test_an_answer_that_comes_too_late_is_only_logged(
    app: Application, world: World, mia: Person, caplog: pytest.LogCaptureFixture
) -> None:
    begun = asyncio.ensure_future(app.bot.wait_for("begun", timeout=5))
    await mia.slash("overdue").done()
    await begun
    await world.advance(16 * 60)
    app.bot.dispatch("day_after")
    await world.settled()
    record = app.journal.recent(1)[0]
    assert (record.command, record.kind) == ("overdue", "S")
    assert f"could not be told of {record.error_id}" in caplog.text


@pytest.mark.req("CORE-603", "CORE-612")
@failing
async def test_trouble_that_is_ours_is_told_with_its_id(app: Application, mia: Person) -> None:
    titles = {"storeless": "The database does not answer", "throttled": "Discord is having trouble"}
    for name, title in titles.items():
        for answer in (await mia.says("#general", f"!{name}"), await mia.slash(name)):
            assert answer.embed.title == title
            assert app.journal.find(answer.embed.footer.split(" · ")[1])
            assert "secret" not in answer.text
    counted = app.bot.metrics.get_stats()
    assert (counted["user_error_count"], counted["error_count"]) == (0, 4)


@pytest.mark.req("CORE-603")
@failing
async def test_a_command_that_runs_alone_says_so(app: Application, mia: Person, marco: Person) -> None:
    begun = asyncio.ensure_future(app.bot.wait_for("begun", timeout=5))
    first = mia.says("#general", "!alone")
    await first.done()
    await begun
    for answer in (await marco.says("#general", "!alone"), await marco.slash("alone")):
        assert answer.embed.title == "Still running"
        assert "once at a time per guild" in answer.embed.description
    app.bot.dispatch("finish")
    await first.message("#general", "finished")


@pytest.mark.req("CORE-603")
@pytest.mark.app(extensions={"failing": FAILING}, config={**PLAIN, "features.suggest_commands": True})
async def test_a_mistyped_command_is_met_with_what_was_meant(app: Application, mia: Person) -> None:
    answer = await mia.says("#general", "!hepl")
    assert answer.embed.description == "Did you mean `!help`?"
    await mia.says("#general", "!restrictd").nothing()
    await mia.says("#general", "!qqqqqq").nothing()
    assert app.journal.recent() == []
