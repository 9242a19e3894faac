"""What people see when they open help and use its controls."""

from __future__ import annotations

import pytest

from guildwright.app import Application
from guildwright.testing.person import Person

pytestmark = pytest.mark.app(slices=("help", "info"))

FLOWERS = "".join(
    f"""
    @commands.command()
    async def flower{number:02}(self, ctx):
        pass
"""
    for number in range(12)
)

GARDEN = (
    f"""
from discord import app_commands
from discord.ext import commands


class Garden(commands.Cog):
{FLOWERS}
"""
    '''
class Signs(commands.Cog):
    @commands.hybrid_command()
    async def both(self, ctx, place: str, often: int = 1):
        """Works both ways."""

    @commands.command()
    async def text(self, ctx):
        """Works by prefix."""

    @app_commands.command()
    async def ask(self, interaction, question: str):
        """Works by slash."""

    @commands.hybrid_command()
    async def lost(self, ctx):
        """Has lost its slash form."""

    @commands.command(hidden=True)
    async def secret(self, ctx):
        """Is not shown."""

    @commands.hybrid_group()
    async def tree(self, ctx):
        """Is a group."""

    @tree.command()
    async def plant(self, ctx, kind: str):
        """Plant one."""


class Empty(commands.Cog):
    @commands.command(hidden=True)
    async def nothing(self, ctx):
        pass


@commands.command()
async def loose(ctx):
    pass


async def setup(bot):
    await bot.add_cog(Garden())
    await bot.add_cog(Signs())
    await bot.add_cog(Empty())
    bot.add_command(loose)
    bot.tree.remove_command("lost")
'''
)

MANY = """
from discord.ext import commands


async def setup(bot):
    for number in range(20):
        async def body(self, ctx):
            pass
        name = f"Cog {number:02}"
        command = commands.Command(body, name=f"many{number:02}")
        cog = type("Many", (commands.Cog,), {"many": command}, name=name)
        await bot.add_cog(cog())
"""


@pytest.mark.req("CORE-1001", "CORE-1002", "CORE-1011")
@pytest.mark.app(slices=("help", "info"), extensions={"garden": GARDEN})
async def test_help_opens_with_the_categories_and_the_prefix(app: Application, mia: Person) -> None:
    menu = await mia.says("#general", "!help")
    assert menu.embed.colour == 0x2B2D31
    assert menu.embed.footer == "Requested by Mia"
    assert menu.embed.thumbnail
    assert menu.embed.field("Prefix") == "`!` or **@Guildwright**"
    labels = [option.label for option in menu.menu().options]
    assert labels == ["Garden", "Help", "Info", "Main", "Signs"]
    assert menu.menu().options[0].description == "12 commands"
    assert "5 categories" in menu.embed.description
    category = await menu.choose("Garden")
    assert category.embed.fields[0].name == "🔸 !flower00"


@pytest.mark.req("CORE-1004")
@pytest.mark.app(slices=("help", "info"), extensions={"garden": GARDEN})
async def test_a_category_shows_five_commands_to_a_page(app: Application, mia: Person) -> None:
    first = await (await mia.says("#general", "!help")).choose("Garden")
    assert first.embed.description == "12 commands · page 1/3"
    assert first.button("◀ Previous").disabled
    second = await first.click("Next ▶")
    third = await second.click("Next ▶")
    assert [len(page.embed.fields) for page in (first, second, third)] == [5, 5, 2]
    assert third.button("Next ▶").disabled
    assert not third.button("◀ Previous").disabled
    assert "No description available" in third
    main = await third.click("🏠 Back to Main")
    assert main.menu().placeholder == "Choose a category"


@pytest.mark.req("CORE-1005", "CORE-1006")
@pytest.mark.app(slices=("help", "info"), extensions={"garden": GARDEN})
async def test_each_command_is_marked_by_how_it_can_be_called(app: Application, mia: Person) -> None:
    first = await (await mia.says("#general", "!help")).choose("Signs")
    second = await first.click("Next ▶")
    names = [field.name for page in (first, second) for field in page.embed.fields]
    assert names == [
        "◆ /ask <question>",
        "⚡ !both <place> [often=1]",
        "🔹 !lost",
        "🔸 !text",
        "⚡ !tree",
        "⚡ !tree plant <kind>",
    ]
    for sign in "⚡🔸🔹◆":
        assert sign in first.embed.footer


@pytest.mark.req("CORE-1003")
@pytest.mark.app(slices=("help", "info"), extensions={"many": MANY})
async def test_categories_come_ten_to_a_page(app: Application, mia: Person) -> None:
    first = await mia.says("#general", "!help")
    assert len(first.menu().options) == 10
    assert first.menu().placeholder == "Choose a category (page 1/3)"
    second = await first.click("Next Categories ▶")
    third = await second.click("Next Categories ▶")
    assert len(third.menu().options) == 2
    assert third.button("Next Categories ▶").disabled
    chosen = await third.choose("Info")
    assert chosen.embed.title == "Info"


@pytest.mark.req("CORE-1010", "CORE-921")
async def test_only_the_person_who_asked_operates_the_menu(
    app: Application, mia: Person, marco: Person
) -> None:
    menu = await mia.says("#general", "!help")
    refusal = await marco.click("ℹ️ Credits")
    assert refusal.ephemeral
    assert "These controls belong to" in refusal
    assert "!help" in refusal
    await menu.choose("Info")


@pytest.mark.req("CORE-922")
async def test_the_menu_goes_out_when_its_time_is_over(app: Application, mia: Person) -> None:
    app.bot.get_cog("Help").timeout = 0.3
    menu = await mia.says("#general", "!help")
    out = await menu.edited()
    assert out.menu().disabled
    assert all(button.disabled for button in out.buttons)


@pytest.mark.req("CORE-1010")
async def test_the_message_that_opened_the_menu_goes(app: Application, mia: Person) -> None:
    action = mia.says("#general", "!help")
    sent = await action.sent()
    await action
    await sent.deleted()


@pytest.mark.req("CORE-1009")
@pytest.mark.app(slices=("help", "info"), extensions={"garden": "__author__ = 'Ada'\n" + GARDEN})
async def test_credits_name_the_project_and_the_authors_to_the_person_alone(
    app: Application, mia: Person
) -> None:
    await mia.says("#general", "!help")
    shown = await mia.click("ℹ️ Credits")
    assert shown.ephemeral
    assert shown.embed.colour == 0xFFD700
    assert shown.embed.title.startswith("Guildwright ")
    assert shown.embed.field("Licence") == "MIT"
    assert shown.embed.field("Extensions") == "**garden** by Ada"


@pytest.mark.req("CORE-1001")
async def test_help_by_text_and_by_slash_is_one_use_in_ten_seconds(app: Application, mia: Person) -> None:
    assert (await mia.slash("help")).menu()
    assert "seconds**" in await mia.says("#general", "!help")


@pytest.mark.req("CORE-1002")
async def test_a_bot_without_commands_says_so(app: Application, mia: Person) -> None:
    for command in app.bot.commands:
        command.hidden = True
    menu = await mia.says("#general", "!help")
    assert "There are no commands available." in menu
    assert menu.menus == ()
    assert menu.labels == ["ℹ️ Credits"]


@pytest.mark.req("CORE-1011")
@pytest.mark.app(slices=("help", "info"), config={"prefix": "?", "allow_mention_prefix": False})
async def test_help_names_the_prefix_in_force(app: Application, mia: Person, marco: Person) -> None:
    menu = await mia.says("#general", "?help")
    assert menu.embed.field("Prefix") == "`?`"
    assert "`?help <command>`" in menu.embed.description
    guild = next(guild for guild in app.bot.guilds if guild.name == "Sandbox")
    await app.bot.prefixes.set(guild.id, "$")
    await app.bot.prefixes.set_mention(guild.id, True)
    asked = await marco.says("#general", f"<@{app.bot.user.id}> help Info")
    assert asked.embed.fields[0].name == "⚡ $discordbotframework"


@pytest.mark.req("CORE-903")
async def test_every_option_of_a_bundled_command_is_described(app: Application) -> None:
    for command in app.bot.tree.walk_commands():
        payload = command.to_dict(app.bot.tree)
        assert payload["description"] not in {"", "…"}
        for option in payload.get("options", []):
            assert option["description"] not in {"", "…"}
