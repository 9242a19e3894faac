"""A slash command may take its time: the person sees that it works on it, then the answer, once."""

import asyncio
import textwrap

import pytest

from guildwright.bot import deadline

SLOW = textwrap.dedent(
    """
    import asyncio
    import discord
    from discord import app_commands
    from discord.ext import commands

    go_on = asyncio.Event()

    class Slow(commands.Cog):
        @app_commands.command(description="x")
        async def raw(self, interaction: discord.Interaction):
            await go_on.wait()
            await interaction.response.send_message("answered")

        @app_commands.command(description="x")
        async def secret(self, interaction: discord.Interaction):
            await go_on.wait()
            await interaction.response.send_message("for you alone", ephemeral=True)

        @app_commands.command(description="x")
        async def early(self, interaction: discord.Interaction):
            followup = interaction.followup
            await go_on.wait()
            await followup.send("for you alone", ephemeral=True)

        @commands.hybrid_command(description="x")
        async def hybrid(self, ctx):
            await go_on.wait()
            await ctx.send("answered")

        @commands.hybrid_command(description="x")
        async def private(self, ctx):
            await go_on.wait()
            await ctx.send("for you alone", ephemeral=True)

        @app_commands.command(description="x")
        async def deferring(self, interaction: discord.Interaction):
            await go_on.wait()
            await interaction.response.defer(thinking=True)
            await interaction.followup.send("answered")

        @app_commands.command(description="x")
        async def editing(self, interaction: discord.Interaction):
            await go_on.wait()
            await interaction.edit_original_response(content="answered")

        @app_commands.command(description="x")
        async def silent(self, interaction: discord.Interaction):
            await go_on.wait()

        @app_commands.command(description="x")
        async def failing(self, interaction: discord.Interaction):
            await go_on.wait()
            raise LookupError("lost")

        @app_commands.command(description="x")
        async def quick(self, interaction: discord.Interaction):
            await interaction.response.send_message("answered")

    async def setup(bot):
        await bot.add_cog(Slow())
    """
)
pytestmark = [
    pytest.mark.app(slices=(), extensions={"slow": SLOW}, config={"cooldowns.default_rate": 100}),
    pytest.mark.usefixtures("_impatient"),
]


@pytest.fixture
def _impatient(monkeypatch):
    monkeypatch.setattr(deadline, "PATIENCE_SECONDS", 0.05)


@pytest.fixture
def let_go(app):
    """Let the commands go on."""
    return app.bot.extensions["extensions.slow"].go_on.set


@pytest.fixture
def announced(until):
    """Wait until a person sees that the bot is thinking."""

    async def wait(person):
        await until(lambda: any(event.data.get("loading") for event in person.inbox.events))

    return wait


async def shown(person):
    return [message.content for message in await person.history("#general")]


def test_the_patience_ends_before_discords():
    assert deadline.watch.__module__ == "guildwright.bot.deadline"
    assert 1 < deadline.PATIENCE_SECONDS + 1.95 < 3


@pytest.mark.req("CORE-925")
@pytest.mark.parametrize("command", ["raw", "hybrid", "deferring", "editing"])
async def test_a_long_command_is_announced_and_answered_once(
    app, world, mia, marco, let_go, announced, command
):
    action = mia.at("#general").slash(command)
    await action.done()
    await announced(mia)
    let_go()
    assert (await action).content == "answered"
    await world.settled()
    assert await shown(marco) == ["answered"]


@pytest.mark.parametrize("command", ["secret", "private", "early"])
async def test_a_private_answer_stays_private_after_a_public_wait(
    app, world, mia, marco, let_go, announced, command
):
    action = mia.at("#general").slash(command)
    await action.done()
    await announced(marco)
    let_go()
    answer = await action
    assert answer.content == "for you alone"
    assert answer.ephemeral
    await world.settled()
    assert await shown(marco) == []


async def test_a_command_that_says_nothing_leaves_nobody_waiting(app, world, mia, marco, let_go, announced):
    await mia.at("#general").slash("silent").done()
    await announced(mia)
    let_go()
    await world.settled()
    assert await shown(marco) == []


async def test_a_failure_after_a_wait_is_told_to_the_person(app, world, mia, marco, let_go, announced):
    action = mia.at("#general").slash("failing")
    await action.done()
    await announced(mia)
    let_go()
    told = await action
    assert "Something went wrong" in told
    assert told.ephemeral
    await world.settled()
    assert await shown(marco) == []


async def test_a_quick_command_is_not_announced(app, world, mia):
    assert (await mia.at("#general").slash("quick")).content == "answered"
    await asyncio.wait_for(world.settled(), 5)
    assert await shown(mia) == ["answered"]
    assert not any("callback" in entry["title"] and "defer" in str(entry) for entry in await world.traffic())


CLICKS = textwrap.dedent(
    """
    import asyncio
    import discord
    from discord import app_commands, ui

    go_on = asyncio.Event()

    class Form(ui.Modal, title="Form"):
        name = ui.TextInput(label="Name", custom_id="name")

        async def on_submit(self, interaction):
            await go_on.wait()
            await interaction.response.send_message(f"hello {self.name.value}", ephemeral=True)

    class Buttons(ui.View):
        @ui.button(label="Edit")
        async def edit(self, interaction, button):
            await go_on.wait()
            await interaction.response.edit_message(content="edited", view=None)

        @ui.button(label="Say")
        async def say(self, interaction, button):
            await go_on.wait()
            await interaction.response.send_message("said", ephemeral=True)

        @ui.button(label="Wait")
        async def wait_here(self, interaction, button):
            await go_on.wait()
            await interaction.response.defer()
            await interaction.edit_original_response(content="deferred", view=None)

        @ui.button(label="Fail")
        async def fail(self, interaction, button):
            await go_on.wait()
            raise LookupError("lost")

    @app_commands.command(description="x")
    async def show(interaction: discord.Interaction):
        await interaction.response.send_message("buttons", view=Buttons())

    @app_commands.command(description="x")
    async def fill(interaction: discord.Interaction):
        await interaction.response.send_modal(Form())

    async def setup(bot):
        bot.tree.add_command(show)
        bot.tree.add_command(fill)
    """
)
clicks = pytest.mark.app(slices=(), extensions={"slow": CLICKS}, config={"cooldowns.default_rate": 100})


@pytest.fixture
def slowly(app, until, let_go):
    """Do something, wait until the bot has acknowledged it, and only then let the handler go on."""

    async def act(action):
        calls = app.bot.budget.outcomes.total()
        await action.done()
        await until(lambda: app.bot.budget.outcomes.total() > calls)
        let_go()
        return await action

    return act


@pytest.mark.req("CORE-925")
@clicks
@pytest.mark.parametrize(("button", "text"), [("Edit", "edited"), ("Wait", "deferred"), ("Say", "said")])
async def test_a_slow_click_is_acknowledged_and_then_does_what_it_should(
    app, world, mia, slowly, button, text
):
    shown_first = await mia.at("#general").slash("show")
    told = await slowly(mia.click(button, on=shown_first))
    assert told.content == text
    await world.settled()
    assert app.journal.recent(10) == []


@clicks
async def test_a_slow_click_that_fails_is_told_to_the_person_alone(app, mia, slowly):
    shown_first = await mia.at("#general").slash("show")
    told = await slowly(mia.click("Fail", on=shown_first))
    assert "Something went wrong" in told
    assert told.ephemeral


@pytest.mark.req("CORE-925")
@clicks
async def test_a_slow_form_is_acknowledged_and_then_answered(app, mia, slowly):
    form = await mia.at("#general").slash("fill")
    told = await slowly(form.submit(name="Mia"))
    assert told.content == "hello Mia"
    assert told.ephemeral
