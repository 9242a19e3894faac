"""What people see when they ask help about one command or category, and what they may not use."""

from __future__ import annotations

import discord
import pytest

from guildwright.app import Application
from guildwright.testing.person import Person

pytestmark = pytest.mark.app(slices=("help", "info"))

TOOLS = '''
from discord import app_commands
from discord.ext import commands

from guildwright.api.checks import is_bot_owner, requires


class Tools(commands.Cog):
    @commands.hybrid_command(aliases=["tidyup"])
    @requires(manage_messages=True)
    @commands.guild_only()
    @commands.cooldown(2, 30, commands.BucketType.guild)
    @app_commands.describe(count="How many messages", reason="Why")
    async def tidy(self, ctx, count: int, reason: str = "none"):
        """Tidy the channel.

        Removes the newest messages.
        """

    @commands.hybrid_command()
    @is_bot_owner()
    async def reload(self, ctx):
        """Load code again."""

    @commands.hybrid_group()
    async def plan(self, ctx):
        """Make plans."""

    @plan.command()
    async def draw(self, ctx):
        """Draw one."""

    @app_commands.command()
    async def ask(self, interaction, question: str):
        """Ask a question."""


async def setup(bot):
    await bot.add_cog(Tools())
'''

OWN_HELP = '''
from discord.ext import commands


@commands.hybrid_command()
async def help(ctx):
    """Our own help."""
    await ctx.send("Our own help")


async def setup(bot):
    bot.add_command(help)
'''

TEA = """
from discord.ext import commands


class Tea(commands.Cog):
    @commands.command()
    async def brew(self, ctx):
        pass


async def setup(bot):
    await bot.add_cog(Tea())
"""


@pytest.mark.req("CORE-1008")
@pytest.mark.app(slices=("help", "info"), extensions={"tools": TOOLS})
async def test_help_tells_everything_about_one_command(
    app: Application, marco: Person, mia: Person, olivia: Person
) -> None:
    page = (await marco.says("#general", "!help tidyup")).embed
    assert page.title == "⚡ !tidy"
    assert "Removes the newest messages." in page.description
    assert page.field("Usage") == "`!tidy <count> [reason=none]`"
    assert page.field("Aliases") == "`tidyup`"
    assert page.field("Arguments") == ("`count` (needed) — How many messages\n`reason` (optional) — Why")
    assert page.field("Cooldown") == "2 uses per 30 s per guild"
    assert page.field("Needed permission") == "Manage Messages"
    assert page.field("Works") == "Servers only"
    group = (await mia.says("#general", "!help PLAN")).embed
    assert group.field("Commands") == "`plan draw`"
    assert group.field("Cooldown") == "3 uses per 5 s per member"
    slash = (await olivia.slash("help", command="/ask")).embed
    assert slash.title == "◆ /ask"
    assert slash.field("Usage") == "`/ask <question>`"


@pytest.mark.req("CORE-1008")
@pytest.mark.app(slices=("help", "info"), extensions={"tools": TOOLS})
async def test_a_category_opens_by_name(app: Application, mia: Person) -> None:
    assert (await mia.says("#general", "!help tools")).embed.title == "Tools"


@pytest.mark.req("CORE-1008")
@pytest.mark.app(slices=("help", "info"), extensions={"tools": TOOLS})
async def test_an_unknown_name_gets_the_three_closest(app: Application, mia: Person) -> None:
    answer = await mia.slash("help", command="tydi")
    assert answer.ephemeral
    assert answer.embed.colour == 0xFF0000
    assert answer.embed.description.count("`tidy`") == 1
    assert answer.embed.description.splitlines()[1].count("`") == 6


@pytest.mark.req("CORE-926")
async def test_help_about_everyone_pings_nobody(app: Application, mia: Person) -> None:
    answer = await mia.says("#general", "!help @everyone <@&1> `x`")
    assert not answer.raw["mention_everyone"]
    assert not answer.raw["mentions"]


@pytest.mark.req("CORE-902")
@pytest.mark.app(slices=("help", "info"), extensions={"tools": TOOLS})
async def test_help_suggests_what_the_person_may_use(
    app: Application, mia: Person, marco: Person, olivia: Person
) -> None:
    assert await mia.autocomplete("help", command="TI") == []
    assert await marco.autocomplete("help", command="TI") == [("tidy", "tidy")]
    assert await olivia.autocomplete("help", command="elo") == [("reload", "reload")]
    assert await marco.autocomplete("help", command="elo") == []
    assert len(await mia.autocomplete("help", command="")) <= 25


@pytest.mark.req("CORE-1007")
@pytest.mark.app(slices=("help", "info"), extensions={"tools": TOOLS})
async def test_commands_that_a_person_may_not_use_are_locked(
    app: Application, mia: Person, olivia: Person
) -> None:
    shown = await mia.says("#general", "!help tools")
    locked = [field.name for field in shown.embed.fields if "🔒" in field.name]
    assert locked == ["🔸 !reload 🔒", "⚡ !tidy <count> [reason=none] 🔒"]
    assert "🔒 not for you" in shown.embed.footer
    assert "🔒" not in (await olivia.slash("help", command="tools")).text


@pytest.mark.req("CORE-1007")
@pytest.mark.app(
    slices=("help", "info"), extensions={"tools": TOOLS}, config={"prefix": "!", "help.show_locked": False}
)
async def test_locked_commands_can_be_left_out(app: Application, mia: Person) -> None:
    shown = await mia.slash("help", command="tools")
    assert [field.name for field in shown.embed.fields] == ["◆ /ask <question>", "⚡ !plan", "⚡ !plan draw"]


@pytest.mark.req("CORE-1006")
async def test_commands_of_one_guild_are_listed_there_only(
    app: Application, mia: Person, marco: Person
) -> None:
    guild = next(guild for guild in app.bot.guilds if guild.name == "Sandbox")

    @app.bot.tree.command(name="local", description="Only here", guild=guild)
    async def local(interaction: discord.Interaction) -> None: ...

    assert (await mia.says("#general", "!help local")).embed.title == "◆ /local"
    assert "There is no command" in await marco.says("dm", "!help local")


@pytest.mark.req("CORE-1002")
async def test_back_shows_an_extension_loaded_meanwhile(app: Application, mia: Person) -> None:
    category = await (await mia.says("#general", "!help")).choose("Info")
    (app.instance.directory / "extensions" / "tea.py").write_text(TEA)
    await app.bot.load_extension("extensions.tea")
    main = await category.click("🏠 Back to Main")
    assert "Tea" in [option.label for option in main.menu().options]


@pytest.mark.req("CORE-1012")
@pytest.mark.app(slices=("help", "info"), extensions={"own_help": OWN_HELP})
async def test_help_of_an_extension_replaces_ours_while_it_is_loaded(
    app: Application, mia: Person, marco: Person
) -> None:
    assert (await mia.says("#general", "!help")).content == "Our own help"
    assert (await mia.slash("help")).content == "Our own help"
    await app.bot.unload_extension("extensions.own_help")
    assert (await marco.says("#general", "!help")).menu()
    assert app.bot.tree.get_command("help").description == "Show all commands, or one of them"


HUGE = """
from discord.ext import commands


class Huge(commands.Cog, name="H" * 150):
    @commands.command(usage="u" * 600, help="h" * 9000, aliases=[f"alias{n}" for n in range(300)])
    async def huge(self, ctx):
        pass

    @commands.command(help="``` @everyone **")
    async def hostile(self, ctx):
        pass


async def setup(bot):
    await bot.add_cog(Huge())
"""


@pytest.mark.req("CORE-924")
@pytest.mark.app(slices=("help", "info"), extensions={"huge": HUGE})
async def test_no_command_is_too_big_for_help(app: Application, mia: Person, marco: Person) -> None:
    menu = await mia.says("#general", "!help")
    assert menu.menu().options[1].label == "H" * 100
    category = await menu.choose("H" * 100)
    assert len(category.embed.fields) == 2
    assert "!huge" in (await marco.says("#general", "!help huge")).embed.title


async def test_help_works_in_direct_messages(app: Application, mia: Person) -> None:
    menu = await mia.says("dm", "!help")
    category = await menu.choose("Info")
    assert category.embed.title == "Info"
    assert (await category.click("ℹ️ Credits")).embed.colour == 0xFFD700
