"""How often a command may be used when its author said nothing about it."""

from __future__ import annotations

import pytest

from guildwright.app import Application
from guildwright.testing.person import Person

PLAY = """
from discord import app_commands
from discord.ext import commands

from guildwright.api.commands import no_cooldown


class Play(commands.Cog):
    @commands.hybrid_command()
    async def dice(self, ctx, sides: int = 6):
        await ctx.send("rolled")

    @commands.hybrid_command()
    @commands.cooldown(1, 60, commands.BucketType.user)
    async def rare(self, ctx, number: int = 1):
        await ctx.send("done")

    @commands.hybrid_command()
    @no_cooldown()
    async def free(self, ctx):
        await ctx.send("free")

    @app_commands.command()
    @app_commands.check(lambda interaction: False)
    async def never(self, interaction):
        pass

    @app_commands.command()
    async def ask(self, interaction):
        await interaction.response.send_message("answered")


async def setup(bot):
    await bot.add_cog(Play())
"""

play = pytest.mark.app(extensions={"play": PLAY}, config={"prefix": "!", "cooldowns.default_per": 60})


@pytest.mark.req("CORE-917")
@play
async def test_the_fourth_use_is_refused_and_text_and_slash_count_together(
    app: Application, mia: Person, marco: Person
) -> None:
    await mia.world.change(limits="off")
    assert (await mia.says("#general", "!dice")).content == "rolled"
    assert (await mia.slash("dice")).content == "rolled"
    assert (await mia.says("#general", "!dice")).content == "rolled"
    assert "seconds**" in await mia.slash("dice")
    assert "seconds**" in await mia.says("#general", "!dice")
    assert (await marco.says("#general", "!dice")).content == "rolled"


@play
async def test_the_uses_of_one_server_cost_nothing_in_another(app: Application, mia: Person) -> None:
    await mia.world.change(limits="off")
    for _ in range(3):
        await mia.says("#general", "!dice")
    assert "seconds**" in await mia.says("#general", "!dice")
    for place in ("Mia's workshop/#general", "dm"):
        assert (await mia.says(place, "!dice")).content == "rolled"


@pytest.mark.req("CORE-917")
@play
async def test_a_change_of_the_numbers_holds_at_once(app: Application, mia: Person) -> None:
    await mia.world.change(limits="off")
    for _ in range(3):
        await mia.says("#general", "!dice")
    assert "seconds**" in await mia.says("#general", "!dice")
    await app.bot.config.set("cooldowns.default_rate", 10)
    for _ in range(10):
        assert (await mia.says("#general", "!dice")).content == "rolled"
    assert "seconds**" in await mia.says("#general", "!dice")


@pytest.mark.req("CORE-917")
@play
async def test_a_channel_can_share_the_cooldown(app: Application, mia: Person, marco: Person) -> None:
    await app.bot.config.set("cooldowns.bucket", "channel")
    for _ in range(3):
        await mia.says("#general", "!dice")
    assert "seconds**" in await marco.says("#general", "!dice")
    assert (await marco.says("#bot-commands", "!dice")).content == "rolled"


@pytest.mark.req("CORE-917")
@play
async def test_a_command_may_opt_out(app: Application, mia: Person) -> None:
    for _ in range(5):
        assert (await mia.says("#general", "!free")).content == "free"


@pytest.mark.req("CORE-918")
@play
async def test_a_use_with_wrong_arguments_costs_nothing(app: Application, mia: Person) -> None:
    assert "must be a whole number" in await mia.says("#general", "!rare one")
    assert (await mia.says("#general", "!rare 1")).content == "done"
    assert "seconds**" in await mia.slash("rare")


@pytest.mark.req("CORE-917")
@play
async def test_slash_only_commands_have_the_cooldown_too(
    app: Application, mia: Person, marco: Person
) -> None:
    for _ in range(3):
        assert (await mia.slash("ask")).content == "answered"
    assert "seconds**" in await mia.slash("ask")
    assert (await marco.slash("ask")).content == "answered"


@pytest.mark.req("CORE-918")
@play
async def test_a_refused_use_of_a_slash_only_command_costs_nothing(app: Application, mia: Person) -> None:
    for _ in range(5):
        assert "Permission denied" in await mia.slash("never")
