"""Who may use a command, by text and by slash."""

from __future__ import annotations

import pytest
from discord.ext import commands

from guildwright.api import checks
from guildwright.app import Application
from guildwright.testing.person import Person
from guildwright.testing.world import World

GATES = """
from discord import app_commands
from discord.ext import commands

from guildwright.api.checks import (
    has_command_permission, is_bot_owner, is_bot_owner_or_guild_owner, requires,
)


class Gates(commands.Cog):
    @commands.hybrid_command()
    async def everybody(self, ctx):
        await ctx.send("in")

    @commands.hybrid_command()
    @has_command_permission()
    async def named(self, ctx):
        await ctx.send("in")

    @commands.hybrid_command()
    @requires(manage_messages=True)
    async def moderators(self, ctx):
        await ctx.send("in")

    @commands.hybrid_command()
    @requires(administrator=True)
    async def admins(self, ctx):
        await ctx.send("in")

    @commands.hybrid_command()
    @is_bot_owner_or_guild_owner()
    async def guildowner(self, ctx):
        await ctx.send("in")

    @commands.hybrid_command()
    @is_bot_owner()
    async def botowner(self, ctx):
        await ctx.send("in")

    @commands.command()
    @commands.is_owner()
    async def theirs(self, ctx):
        await ctx.send("in")

    @commands.hybrid_group()
    @is_bot_owner()
    async def vault(self, ctx):
        await ctx.send("in")

    @vault.command()
    async def open(self, ctx):
        await ctx.send("in")

    @app_commands.command()
    @requires(manage_messages=True)
    async def slashonly(self, interaction):
        await interaction.response.send_message("in")


async def setup(bot):
    await bot.add_cog(Gates())
"""

gates = pytest.mark.app(extensions={"gates": GATES}, config={"prefix": "!", "cooldowns.default_rate": 50})

EVERYBODY = {"Olivia", "Marco", "Mia"}
OPEN_TO = {
    "everybody": EVERYBODY,
    "named": EVERYBODY,
    "moderators": {"Olivia", "Marco"},
    "admins": {"Olivia"},
    "guildowner": {"Olivia"},
    "botowner": {"Olivia"},
    "theirs": {"Olivia"},
    "vault": {"Olivia"},
    "vault open": {"Olivia"},
}


@pytest.mark.req("CORE-916", "CORE-910")
@gates
@pytest.mark.parametrize("name", ["Olivia", "Marco", "Mia"])
async def test_each_command_is_open_to_those_it_should(app: Application, world: World, name: str) -> None:
    person = world.person(name)
    await world.change(limits="off")
    for command, allowed in OPEN_TO.items():
        answer = await person.says("#general", f"!{command}")
        assert (answer.content == "in") is (name in allowed), command
        offered = command in {"everybody", "named", "moderators", "admins", "guildowner"}
        if offered:
            by_slash = await person.at("#general").slash(command)
            assert (by_slash.content == "in") is (name in allowed), command


@gates
async def test_a_guild_owner_is_master_of_the_own_guild_only(app: Application, mia: Person) -> None:
    await mia.world.change(limits="off")
    workshop = "Mia's workshop/#general"
    for command in ("moderators", "admins", "guildowner"):
        assert (await mia.says(workshop, f"!{command}")).content == "in"
    for command in ("botowner", "vault open", "theirs"):
        assert "owner of this bot" in await mia.says(workshop, f"!{command}")


@pytest.mark.req("CORE-910")
@gates
async def test_whom_the_operator_names_owns_the_bot_too(app: Application, mia: Person) -> None:
    assert "owner of this bot" in await mia.says("#general", "!theirs")
    await app.bot.config.set("owner_ids", [str(mia.id)])
    for command in ("theirs", "botowner", "admins"):
        assert (await mia.says("#general", f"!{command}")).content == "in"


@gates
async def test_a_slash_only_command_asks_for_the_same_rights(
    app: Application, mia: Person, marco: Person
) -> None:
    assert "**Manage Messages**" in await mia.slash("slashonly")
    assert (await marco.slash("slashonly")).content == "in"


@gates
async def test_owner_commands_are_offered_by_slash_in_no_ordinary_guild(
    app: Application, olivia: Person
) -> None:
    assert not {"botowner", "vault", "vault open"} & set(await olivia.commands())


@pytest.mark.req("CORE-901", "CORE-1005")
@gates
async def test_owner_commands_are_offered_by_slash_in_the_owners_guild(
    app: Application, olivia: Person, mia: Person
) -> None:
    assert (await olivia.says("#general", "!help botowner")).embed.title == "🔸 !botowner"
    guild = await olivia.guild("Sandbox")
    await app.bot.config.set("sync.owner_guilds", [str(guild.id)])
    await app.bot.sync.sync_if_needed()
    assert {"botowner", "vault open"} <= set(await olivia.commands())
    assert (await olivia.slash("botowner")).content == "in"
    assert (await olivia.slash("vault open")).content == "in"
    assert not {"botowner", "vault open"} & set(await mia.at("Mia's workshop/#general").commands())
    assert (await mia.says("#general", "!help botowner")).embed.title == "⚡ !botowner"


def test_a_wrong_permission_is_refused_when_it_is_declared() -> None:
    with pytest.raises(TypeError, match="manage_everything: no such permission"):
        checks.requires(manage_everything=True)


def test_help_can_name_the_audience() -> None:
    @commands.command()
    @commands.has_permissions(ban_members=True)
    async def theirs(ctx: commands.Context[commands.Bot]) -> None: ...

    @checks.is_bot_owner()
    @commands.command()
    async def ours(ctx: commands.Context[commands.Bot]) -> None: ...

    @commands.command()
    @checks.is_bot_owner_or_guild_owner()
    async def chiefs(ctx: commands.Context[commands.Bot]) -> None: ...

    assert checks.audience(theirs) == "Ban Members"
    assert checks.audience(ours) == "Owner of the bot"
    assert checks.audience(chiefs) == "Owner of the server"
