"""Slash commands, buttons, menus and modals of a plain discord.py bot, used as people use them."""

from __future__ import annotations

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from guildwright.testing.errors import OutcomeError, RefusedError
from guildwright.testing.person import Person
from guildwright.testing.plain import PlainRunner
from guildwright.testing.world import World

Interaction = discord.Interaction[commands.Bot]


class Wish(discord.ui.Modal, title="A wish"):
    wish: discord.ui.TextInput[Wish] = discord.ui.TextInput(label="Your wish")

    async def on_submit(self, interaction: Interaction) -> None:
        await interaction.response.send_message(f"Granted: {self.wish.value}")


class Panel(discord.ui.View):
    @discord.ui.button(label="Count")
    async def count(self, interaction: Interaction, button: discord.ui.Button[Panel]) -> None:
        button.label = "Counted"
        button.disabled = True
        await interaction.response.edit_message(content="1", view=self)

    @discord.ui.button(label="Wish")
    async def wish(self, interaction: Interaction, _: discord.ui.Button[Panel]) -> None:
        await interaction.response.send_modal(Wish())

    @discord.ui.button(label="Vanish")
    async def vanish(self, interaction: Interaction, _: discord.ui.Button[Panel]) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()

    @discord.ui.select(
        placeholder="Colour", options=[discord.SelectOption(label=name) for name in ("Red", "Blue")]
    )
    async def colour(self, interaction: Interaction, menu: discord.ui.Select[Panel]) -> None:
        await interaction.response.send_message(f"You like {menu.values[0]}", ephemeral=True)


class Commands(commands.Cog):
    @app_commands.command()
    async def panel(self, interaction: Interaction) -> None:
        """Show the panel."""
        await interaction.response.send_message("0", view=Panel())

    @app_commands.command()
    async def think(self, interaction: Interaction, member: discord.Member) -> None:
        """Think about somebody."""
        await interaction.response.defer()
        await interaction.followup.send(f"{member.display_name} is fine")

    @app_commands.command()
    async def fruit(self, interaction: Interaction, name: str) -> None:
        """Choose a fruit."""
        await interaction.response.send_message(name)

    @fruit.autocomplete("name")
    async def fruits(self, _: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=each, value=each) for each in ("apple", "pear") if current in each]


@pytest.fixture
async def bot(plain_bot: PlainRunner) -> commands.Bot:
    bot = commands.Bot("!", intents=discord.Intents.all(), guild_ready_timeout=0.02)
    await bot.add_cog(Commands())

    @bot.tree.context_menu(name="Who is this?")
    async def who(interaction: Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(member.mention)

    await plain_bot(bot)
    await bot.tree.sync()
    return bot


@pytest.mark.req("TEST-01")
async def test_a_click_returns_the_changed_message(bot: commands.Bot, mia: Person) -> None:
    panel = await mia.slash("panel")
    assert panel.labels == ["Count", "Wish", "Vanish"]
    counted = await panel.click("Count")
    assert counted.id == panel.id
    assert counted.content == "1"
    assert counted.button("Counted").disabled
    with pytest.raises(RefusedError, match="disabled"):
        await counted.click("Counted")


@pytest.mark.req("TEST-01")
async def test_a_modal_opens_and_its_answer_comes_back(bot: commands.Bot, mia: Person) -> None:
    panel = await mia.slash("panel")
    modal = await panel.click("Wish")
    assert (modal.title, modal.fields[0].label) == ("A wish", "Your wish")
    answer = await modal.submit(your_wish="a bicycle")
    assert answer.content == "Granted: a bicycle"


@pytest.mark.req("TEST-01")
async def test_a_menu_answers_only_the_one_who_chose(bot: commands.Bot, mia: Person, max: Person) -> None:  # noqa: A002
    panel = await mia.slash("panel")
    answer = await mia.choose("Red")
    assert (answer.content, answer.ephemeral) == ("You like Red", True)
    assert [message.content for message in await max.history("#general")] == [panel.content]


@pytest.mark.req("TEST-02")
async def test_the_end_of_a_message_is_an_outcome(bot: commands.Bot, mia: Person, max: Person) -> None:  # noqa: A002
    panel = await mia.slash("panel")
    seen_by_max = await max.message("#general")
    await panel.click("Vanish").deleted()
    await seen_by_max.deleted()


async def test_thinking_is_no_answer(bot: commands.Bot, mia: Person, max: Person) -> None:  # noqa: A002
    answer = await mia.slash("think", member=max)
    assert answer.content == "Max is fine"


async def test_choices_are_offered_while_typing(bot: commands.Bot, mia: Person) -> None:
    assert await mia.autocomplete("fruit", name="pe") == [("pear", "pear")]


async def test_a_context_menu_command_gets_its_target(bot: commands.Bot, mia: Person, max: Person) -> None:  # noqa: A002
    answer = await mia.uses("Who is this?", on=max)
    assert answer.content == max.mention


async def test_a_command_that_nobody_answers_fails_with_discords_words(
    bot: commands.Bot, world: World, mia: Person
) -> None:
    async def stay_silent(interaction: Interaction) -> bool:
        return False

    bot.tree.interaction_check = stay_silent  # type: ignore[method-assign]
    deed = mia.slash("panel")
    await deed.done()
    await world.advance(3)
    with pytest.raises(OutcomeError, match="The application did not respond"):
        await deed
