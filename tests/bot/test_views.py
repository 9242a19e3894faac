"""Controls obey their person, ask again whether they may, and go out."""

from __future__ import annotations

import pytest

from guildwright.app import Application
from guildwright.testing.application import Wanted, run_application
from guildwright.testing.person import Person
from guildwright.testing.world import World

DESK = """
import discord
from discord import app_commands
from discord.ext import commands

from guildwright.api import replies
from guildwright.api.checks import requires
from guildwright.api.views import OwnedView


class Counter(OwnedView):
    count = 0

    @discord.ui.button(label="Count")
    async def press(self, interaction, button):
        self.count += 1
        await self.update(interaction, content=f"{self.count} times")

    @discord.ui.button(label="Finish")
    async def end(self, interaction, button):
        await self.finish(interaction, content="over")

    @discord.ui.button(label="Break")
    async def smash(self, interaction, button):
        raise RuntimeError("secret")


class Form(discord.ui.Modal, title="Note"):
    text = discord.ui.TextInput(label="Text")


class Desk(commands.Cog):
    seconds = 180.0

    @commands.hybrid_command()
    @requires(manage_messages=True)
    async def count(self, ctx, hidden: bool = False):
        view = Counter(ctx, timeout=self.seconds)
        await replies.send(ctx, content="0 times", view=view, ephemeral=hidden)

    @commands.hybrid_command()
    async def leaf(self, ctx):
        lines = [f"line {number}" for number in range(40)]
        await replies.listing(ctx, "Lines", lines, per_page=15, timeout=self.seconds)

    @commands.hybrid_command()
    async def ask(self, ctx):
        agreed = await replies.confirm(ctx, "Delete everything?", timeout=self.seconds)
        await ctx.send("deleted" if agreed else "kept")

    @app_commands.command()
    async def note(self, interaction):
        await interaction.response.send_modal(Form())


async def setup(bot):
    await bot.add_cog(Desk())
"""

desk = pytest.mark.app(extensions={"desk": DESK}, config={"prefix": "!", "cooldowns.default_rate": 50})


def hurry(app: Application) -> None:
    app.bot.get_cog("Desk").seconds = 0.3  # type: ignore[union-attr]


@pytest.mark.req("CORE-921")
@desk
async def test_a_click_of_somebody_else_changes_nothing(app: Application, marco: Person, mia: Person) -> None:
    await marco.says("#general", "!count")
    foreign = await (await mia.message("#general", "0 times")).click("Count")
    assert foreign.ephemeral
    assert foreign.text.startswith(f"These controls belong to {marco.mention}. Use !count")
    assert (await marco.click("Count")).content == "1 times"


@pytest.mark.req("CORE-922")
@desk
async def test_controls_go_out_by_text_by_slash_and_in_private(app: Application, marco: Person) -> None:
    hurry(app)
    for message in (
        await marco.says("#general", "!count"),
        await marco.slash("count"),
        await marco.slash("count", hidden=True),
    ):
        out = await message.edited()
        assert all(button.disabled for button in out.buttons)


@desk
async def test_a_click_keeps_the_controls_alive_in_their_new_look(app: Application, marco: Person) -> None:
    hurry(app)
    message = await marco.slash("count", hidden=True)
    counted = await message.click("Count")
    assert counted.content == "1 times"
    out = await counted.edited()
    assert out.content == "1 times"
    assert all(button.disabled for button in out.buttons)


@desk
async def test_finished_controls_take_no_more_clicks(app: Application, marco: Person) -> None:
    over = await (await marco.says("#general", "!count")).click("Finish")
    assert over.content == "over"
    assert all(button.disabled for button in over.buttons)


@desk
async def test_controls_of_a_message_that_is_gone_bother_nobody(app: Application, marco: Person) -> None:
    hurry(app)
    message = await marco.says("#general", "!count")
    await app.bot.http.delete_message(message.channel_id, message.id)
    await message.deleted()
    other = await marco.says("#general", "!count")
    await other.edited()
    assert app.journal.recent() == []


@pytest.mark.req("CORE-604")
@desk
async def test_a_failure_behind_a_button_is_answered_in_private(app: Application, marco: Person) -> None:
    answer = await (await marco.says("#general", "!count")).click("Break")
    assert answer.ephemeral
    assert "Error ID" in answer
    assert "secret" not in answer
    assert app.journal.recent(1)[0].source == "view"


@pytest.mark.req("CORE-922")
async def test_controls_of_a_process_that_is_gone_say_so(
    world: World, marco: Person, mia: Person, tmp_path
) -> None:
    wanted = Wanted(extensions={"desk": DESK})
    async with run_application(world, tmp_path / "first", wanted):
        message = await marco.says("#general", "!count")
        form = await mia.slash("note").modal()
    async with run_application(world, tmp_path / "second", wanted) as second:
        answer = await message.click("Count")
        assert answer.ephemeral
        assert "These controls have expired. Run the command again" in answer
        assert "This form has expired" in await mia.submit(text="x", modal=form)
        assert second.journal.recent() == []


BUSY = """
import discord
from discord.ext import commands

class Panel(discord.ui.View):
    @discord.ui.button(label="Press")
    async def press(self, interaction, button):
        await interaction.response.send_message("pressed", ephemeral=True)

@commands.command()
async def busy(ctx):
    for number in range(4):
        await ctx.send(f"message {number}")
    await ctx.send("panel", view=Panel())

async def setup(bot):
    bot.add_command(busy)
"""


@pytest.mark.timeout(30)
@pytest.mark.app(slices=(), extensions={"busy": BUSY}, config={"prefix": "!"})
async def test_a_click_on_controls_that_are_still_being_sent_is_kept(app: Application, mia: Person) -> None:
    """The fifth message in five seconds is seen at once, but the call that sent it returns seconds later."""
    await mia.says("#general", "!busy").sent()
    panel = await mia.message("#general", "panel")
    assert "pressed" in await mia.click("Press", on=panel).reply(within=9)


@pytest.mark.req("CORE-924")
@desk
async def test_a_long_list_is_leafed_through(app: Application, mia: Person) -> None:
    first = await mia.says("#general", "!leaf")
    assert first.button("◀ Previous").disabled
    second = await first.click("Next ▶")
    assert "line 15" in second
    assert second.embed.footer.endswith("Page 2 of 3")
    third = await second.click("Next ▶")
    assert third.button("Next ▶").disabled
    assert "line 29" in await third.click("◀ Previous")


@desk
async def test_a_question_is_answered_or_left_unanswered(app: Application, mia: Person) -> None:
    question = await mia.says("#general", "!ask")
    assert question.labels == ["Yes, go ahead", "Cancel"]
    pressed = question.click("Yes, go ahead")
    assert all(button.disabled for button in (await pressed.edited()).buttons)
    await pressed.message("#general", "deleted")
    declined = (await mia.slash("ask")).click("Cancel")
    await declined.edited()
    await declined.message("#general", "kept")
    hurry(app)
    await mia.says("#general", "!ask").message("#general", "kept")
