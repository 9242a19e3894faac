"""Anybody learns why they may or may not run a command, and the answer always agrees with what happens."""

from __future__ import annotations

import pytest

from guildwright.app import Application
from guildwright.features.permissions.service import import_old_rules
from guildwright.testing.person import Person
from guildwright.testing.world import World
from tests.bot.test_checks import GATES

from .test_config import HERE, THERE, new_role

MORE = """
import discord
from discord import app_commands
from discord.ext import commands

from guildwright.api.checks import requires


def odd(ctx):
    raise ValueError("secret detail")


class More(commands.Cog):
    @commands.hybrid_command()
    @requires(manage_messages=True)
    async def both(self, ctx):
        await ctx.send("in")

    @commands.hybrid_command()
    async def helpers(self, ctx):
        await ctx.send("in")

    @commands.hybrid_command()
    @requires(add_reactions=True)
    async def react(self, ctx):
        await ctx.send("in")

    @commands.command()
    @commands.has_permissions(ban_members=True)
    @commands.bot_has_permissions(ban_members=True)
    async def banning(self, ctx):
        await ctx.send("in")

    @commands.command()
    @commands.check(odd)
    async def broken(self, ctx):
        await ctx.send("in")

    @commands.command(enabled=False)
    async def off(self, ctx):
        await ctx.send("in")

    @commands.command(aliases=["help-out"])
    async def assist(self, ctx):
        await ctx.send("in")

    @app_commands.command()
    @app_commands.checks.has_permissions(ban_members=True)
    async def only(self, interaction):
        await interaction.response.send_message("in")

    hidden = app_commands.Group(
        name="hidden", description="x", default_permissions=discord.Permissions(ban_members=True)
    )

    @hidden.command()
    async def inside(self, interaction):
        await interaction.response.send_message("in")


async def setup(bot):
    await bot.add_cog(More())
"""
COMMANDS = ("everybody", "moderators", "both", "guildowner", "botowner", "helpers")
# With the rule: `both` and `helpers` ask for the role that Marco lacks and Mia has.
ALLOWED = {
    "Olivia": {*COMMANDS},
    "Marco": {"everybody", "moderators"},
    "Mia": {"everybody", "helpers"},
    "Max": {"everybody"},
    "Mia at home": {*COMMANDS} - {"botowner"},
}
pytestmark = [
    pytest.mark.app(
        slices=("permissions",),
        extensions={"gates": GATES, "more": MORE},
        config={"prefix": "!", "cooldowns.default_rate": 500},
    ),
    pytest.mark.usefixtures("_no_limits"),
]


def verdict(told: object) -> str:
    return str(getattr(told, "embed").description)  # noqa: B009 - any answer of the kit


@pytest.mark.req("CORE-909")
async def test_five_people_and_six_commands_and_the_explanation_agrees(
    app: Application, world: World, olivia: Person, mia: Person
) -> None:
    await new_role(olivia, "Helper", mia)
    for command in ("both", "helpers"):
        await olivia.says(HERE, f"!config {command} Helper")
    for who, allowed in ALLOWED.items():
        name, _, at_home = who.partition(" ")
        place, person = THERE if at_home else HERE, world.person(name)
        for command in COMMANDS:
            may = command in allowed
            assert ((await person.says(place, f"!{command}")).content == "in") is may, (who, command)
            if command != "botowner":
                by_slash = await person.at(place).slash(command)
                assert (by_slash.content == "in") is may, (who, command)
            told = verdict(await person.says(place, f"!explain {command}"))
            assert told.startswith(f"**{name}** {'may' if may else 'may not'} run it"), (who, command)


async def test_all_that_is_in_the_way_is_named_with_what_would_change_it(
    app: Application, olivia: Person, outsider: Person
) -> None:
    role = await new_role(olivia, "Helper")
    await olivia.says(HERE, "!config both Helper")
    told = verdict(await olivia.says(HERE, f"!explain <@{outsider.id}> both"))
    assert f"❌ A rule of this server on this command asks for <@&{role.id}>." in told
    assert "❌ It asks for the permission **Manage Messages**." in told
    assert f"One of these roles: <@&{role.id}>." in told
    assert "`!config both none` opens it" in told
    assert "A role with **Manage Messages**" in told

    told = verdict(await olivia.at(HERE).slash("explain", command="botowner", member=outsider))
    assert "Nothing in this server" in told


async def test_checks_of_the_author_are_asked_too(app: Application, olivia: Person, outsider: Person) -> None:
    told = verdict(await olivia.says(HERE, f"!explain <@{outsider.id}> banning"))
    assert "A check of the command says: You need the permission **Ban Members** for this." in told
    assert "A check of the command says: I need the permission **Ban Members**" in told
    told = verdict(await outsider.says(HERE, "!explain broken"))
    assert "Its own check failed (ValueError)." in told
    assert "secret detail" not in told
    assert app.journal.recent(1)[0].message == "secret detail"
    assert "switched off" in verdict(await outsider.says(HERE, "!explain off"))
    assert "which only its use can try" in verdict(await outsider.says(HERE, "!explain only"))


async def test_what_discord_hides_from_a_person_is_told(
    app: Application, olivia: Person, outsider: Person
) -> None:
    told = verdict(await outsider.says(HERE, "!explain hidden inside"))
    assert told.startswith("**Max** may not run it")
    assert "You need the permission **Ban Members** for this. Discord hides it from others" in told
    assert "hidden inside" not in await outsider.commands()
    assert verdict(await olivia.says(HERE, "!explain hidden inside")).startswith("**Olivia** may run it")


async def test_a_permission_that_only_the_channel_takes_away_is_told_so(
    app: Application, olivia: Person, mia: Person
) -> None:
    told = verdict(await olivia.says("#mod-log", f"!explain <@{mia.id}> react"))
    assert "❌ It asks for the permission **Add Reactions**." in told
    assert "This channel takes **Add Reactions** away" in told
    elsewhere = verdict(await mia.says(HERE, "!explain react"))
    assert "✅ It asks for the permission **Add Reactions**." in elsewhere


async def test_about_others_only_those_ask_who_manage_the_server(
    app: Application, olivia: Person, mia: Person, outsider: Person
) -> None:
    assert "To ask about others" in await mia.says(HERE, f"!explain <@{outsider.id}> everybody")
    assert "To ask about others" in await mia.at(HERE).slash("explain", command="everybody", member=outsider)
    assert "**Mia** may run it" in verdict(await olivia.says(HERE, f"!explain <@{mia.id}> everybody"))
    assert "asks nothing of anybody" in verdict(await mia.at(HERE).slash("explain", command="everybody"))


@pytest.mark.parametrize("typed", ["everbody", "everybody now", "@everyone", "x" * 1500])
async def test_what_is_no_command_is_told_with_the_closest_names(
    app: Application, mia: Person, typed: str
) -> None:
    told = await mia.says(HERE, f"!explain {typed}")
    assert "There is no" in told
    if typed.startswith("ever"):
        assert "`everybody`" in told


@pytest.mark.req("CORE-914")
async def test_rules_of_an_older_configuration_are_taken_over_once(
    app: Application, olivia: Person, outsider: Person, caplog: pytest.LogCaptureFixture
) -> None:
    role = await new_role(olivia, "Helper")
    unknown = 123456789012345678
    old = {"Helpers": [str(role.id), str(unknown)], "help-out": [str(role.id)]}
    await app.bot.config.set("command_permissions", old)
    await olivia.world.settled()
    await import_old_rules(app.bot)
    assert "You need one of these roles" in await outsider.says(HERE, "!helpers")
    assert "You need one of these roles" in await outsider.says(HERE, "!assist")
    assert app.bot.config.get("command_permissions") == {"Helpers": [unknown]}
    assert f"{unknown} belongs to no server I am in (Helpers)" in caplog.text
    await olivia.says(HERE, "!config helpers none")
    await import_old_rules(app.bot)
    assert "in" in await outsider.says(HERE, "!helpers")
