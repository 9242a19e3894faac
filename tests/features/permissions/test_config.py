"""The owner of a server says which roles may use a command; it holds at once, here only, in every form."""

from __future__ import annotations

import discord
import pytest

from guildwright.app import Application
from guildwright.kernel import audit
from guildwright.testing.person import Person

PLAIN = """
import discord
from discord import app_commands
from discord.ext import commands

from guildwright.api.checks import has_command_permission


class Plain(commands.Cog):
    @commands.hybrid_command()
    async def ban(self, ctx):
        await ctx.send("in")

    @commands.hybrid_command()
    @has_command_permission()
    async def governed(self, ctx):
        await ctx.send("in")

    @commands.hybrid_group()
    async def mod(self, ctx):
        await ctx.send("in")

    @mod.command()
    async def warn(self, ctx):
        await ctx.send("in")

    @mod.command()
    async def note(self, ctx):
        await ctx.send("in")

    @app_commands.command()
    async def only(self, interaction):
        await interaction.response.send_message("in")

    box = app_commands.Group(name="box", description="Boxes")

    @box.command()
    async def open(self, interaction):
        await interaction.response.send_message("in")

    @commands.command()
    @commands.is_owner()
    async def theirs(self, ctx):
        await ctx.send("in")


@app_commands.context_menu(name="Report it")
async def report_it(interaction, message: discord.Message):
    await interaction.response.send_message("in")


async def setup(bot):
    await bot.add_cog(Plain())
    bot.tree.add_command(report_it)
"""
HERE, THERE = "#general", "Mia's workshop/#general"
pytestmark = [
    pytest.mark.app(
        slices=("permissions", "guild_settings", "extensions"),
        extensions={"plain": PLAIN},
        config={"prefix": "!", "cooldowns.default_rate": 200},
    ),
    pytest.mark.usefixtures("_no_limits"),
]


def guild_of(app: Application, name: str = "Sandbox") -> discord.Guild:
    return next(guild for guild in app.bot.guilds if guild.name == name)


async def new_role(olivia: Person, name: str, *people: Person) -> discord.Object:
    """A role that the people have."""
    guild = await olivia.guild("Sandbox")
    made = await olivia.does("create_role", guild_id=str(guild.id), name=name)
    role = discord.Object(int(made["role"]["id"]))
    for person in people:
        await olivia.does("give_role", guild_id=str(guild.id), user_id=str(person.id), role_id=str(role.id))
    return role


async def delete_role(olivia: Person, role: discord.Object) -> None:
    guild = await olivia.guild("Sandbox")
    await olivia.does("delete_role", guild_id=str(guild.id), role_id=str(role.id))


@pytest.mark.req("CORE-913", "CORE-909", "CORE-1205")
async def test_an_unmodified_command_is_closed_to_all_without_the_role(
    app: Application, olivia: Person, mia: Person, outsider: Person
) -> None:
    await new_role(olivia, "Helper", mia)
    assert "is now for people with" in await olivia.says(HERE, "!config ban Helper")
    for person, told in ((mia, "in"), (olivia, "in"), (outsider, "You need one of these roles")):
        assert told in await person.says(HERE, "!ban")
        assert told in await person.at(HERE).slash("ban")
    assert "in" in await outsider.says(HERE, "!mod warn")


@pytest.mark.req("CORE-913")
async def test_a_rule_on_a_group_covers_its_commands_unless_they_have_their_own(
    app: Application, olivia: Person, mia: Person, outsider: Person
) -> None:
    await new_role(olivia, "Helper", mia)
    await new_role(olivia, "Writer", outsider)
    await olivia.says(HERE, "!config mod Helper")
    await olivia.says(HERE, "!config mod note Writer")
    for person, warns, notes in ((mia, "in", "You need"), (outsider, "You need", "in")):
        assert warns in await person.at(HERE).slash("mod warn")
        assert notes in await person.at(HERE).slash("mod note")
    assert "The rule stands on the group `mod`" in await olivia.says(HERE, "!config mod warn")


@pytest.mark.req("CORE-913")
async def test_commands_without_a_text_form_take_rules_too(
    app: Application, olivia: Person, outsider: Person
) -> None:
    await new_role(olivia, "Helper")
    message = await olivia.says(HERE, "!ban")
    for name in ("only", "box", "Report it"):
        assert "is now for people with" in await olivia.says(HERE, f"!config {name} Helper")
    assert "You need one of these roles" in await outsider.at(HERE).slash("only")
    assert "You need one of these roles" in await outsider.at(HERE).slash("box open")
    assert "You need one of these roles" in await outsider.at(HERE).uses("Report it", on=message)
    assert "in" in await olivia.at(HERE).slash("box open")


@pytest.mark.req("CORE-913")
async def test_a_command_that_names_the_rules_works_in_servers_only(app: Application, mia: Person) -> None:
    assert "works in servers only" in await mia.says("dm", "!governed")
    assert "in" in await mia.says(HERE, "!governed")


@pytest.mark.req("CORE-914", "CORE-1206")
async def test_a_rule_holds_in_its_server_only_and_is_in_the_audit_log(
    app: Application, olivia: Person, outsider: Person, mia: Person
) -> None:
    role = await new_role(olivia, "Helper")
    await olivia.says(HERE, "!config ban Helper")
    assert "You need" in await outsider.says(HERE, "!ban")
    assert "in" in await mia.says(THERE, "!ban")
    foreign = guild_of(app, "Mia's workshop").id
    assert "no such role in this server" in await mia.says(THERE, f"!config ban {role.id}")
    assert not app.bot.role_rules.of(foreign)
    await olivia.says(HERE, "!config ban none")
    found = await audit.read_newest(app.store, guild_id=guild_of(app).id)
    assert [(e.actor_discord_id, e.target_id, e.meta_json) for e in found] == [
        (olivia.id, "command_role:ban", {"old": [str(role.id)], "new": []}),
        (olivia.id, "command_role:ban", {"old": [], "new": [str(role.id)]}),
    ]


@pytest.mark.req("CORE-1206")
async def test_every_command_of_the_servers_settings_leaves_a_trace(app: Application, olivia: Person) -> None:
    for typed in ("setprefix ?", "setprefix reset", "mentionprefix disable", "timezone Europe/Berlin"):
        await olivia.says(HERE, f"{'?' if typed == 'setprefix reset' else '!'}{typed}")
    await olivia.says(HERE, "!serversettings set timezone UTC")
    found = await audit.read_newest(app.store, guild_id=guild_of(app).id)
    assert [(e.target_id, e.meta_json["new"]) for e in reversed(found)] == [
        ("prefix", "?"),
        ("prefix", None),
        ("mention_prefix", False),
        ("timezone", "Europe/Berlin"),
        ("timezone", "UTC"),
    ]
    assert {e.actor_discord_id for e in found} == {olivia.id}


@pytest.mark.req("CORE-1205")
async def test_roles_accumulate_and_leave_one_by_one_or_together(app: Application, olivia: Person) -> None:
    helper, writer = await new_role(olivia, "Helper"), await new_role(olivia, "Night watch")
    answers = {
        "!config ban Helper": "is now for people with",
        "!config ban add Night watch": f"<@&{helper.id}>, <@&{writer.id}>",
        f"!config ban <@&{helper.id}>": "already",
        f"!config ban remove {helper.id}": f"It is still for <@&{writer.id}>",
        "!config ban remove Helper": "is not in the rule",
        "!config ban none": "has no rule here any more",
        "!config ban clear": "has no rule here",
        "!config ban": "No rule: no role is needed here.",
    }
    for typed, told in answers.items():
        assert told in await olivia.says(HERE, typed), typed


@pytest.mark.req("CORE-1205")
async def test_the_slash_form_does_the_same(app: Application, olivia: Person) -> None:
    role = await new_role(olivia, "Helper")
    at = olivia.at(HERE)
    assert "is now for people with" in await at.slash("config", command_name="ban", role=str(role.id))
    assert f"For people with <@&{role.id}>" in await at.slash("config", command_name="ban")
    assert "Choose the role" in await at.slash("config", command_name="ban", action="remove")
    assert "gone with it" in await at.slash("config", command_name="ban", role=str(role.id), action="remove")
    assert "has no rule" in await at.slash("config", command_name="ban", action="clear")
    assert "Who may use commands here" in str((await at.slash("config")).embed.title)
    assert ("ban", "ban") in await olivia.autocomplete("config", command_name="ba")


@pytest.mark.req("CORE-1205")
@pytest.mark.parametrize("by_slash", [False, True])
async def test_what_cannot_be_a_rule_is_refused(app: Application, olivia: Person, by_slash: bool) -> None:
    role, everyone = await new_role(olivia, "Helper"), guild_of(app).default_role
    refusals = [
        ("bann", role, "Did you mean `ban`?"),
        ("ban", everyone, "Everybody has @everyone"),
        ("reload", role, "No rule can open it"),
        ("sync status", role, "No rule can open it"),
        ("theirs", role, "No rule can open it"),
    ]
    for name, given, told in refusals:
        if by_slash:
            answer = await olivia.at(HERE).slash("config", command_name=name, role=str(given.id))
        else:
            answer = await olivia.says(HERE, f"!config {name} {given.id}")
        assert told in answer, name
    assert not app.bot.role_rules.of(guild_of(app).id)


async def test_only_owners_change_rules(app: Application, olivia: Person, marco: Person, mia: Person) -> None:
    role = await new_role(olivia, "Helper", marco)
    assert "Only the owner of this server" in await marco.says(HERE, f"!config ban {role.id}")
    assert "Only the owner of this server" in await marco.at(HERE).slash(
        "config", command_name="ban", role=str(role.id)
    )
    assert "Server Owner" not in await mia.says(THERE, "!config")
    assert "You are the **owner of this server**" in await mia.says(THERE, "!config")


@pytest.mark.req("CORE-915")
async def test_a_deleted_role_leaves_its_rules_and_the_last_one_keeps_them_closed(
    app: Application, olivia: Person, outsider: Person
) -> None:
    helper, writer = await new_role(olivia, "Helper"), await new_role(olivia, "Writer")
    for role in (helper, writer):
        await olivia.says(HERE, f"!config ban {role.id}")
    await delete_role(olivia, helper)
    await olivia.world.settled()
    assert app.bot.role_rules.of(guild_of(app).id)["ban"] == {writer.id}
    await delete_role(olivia, writer)
    assert "You need one of these roles" in await outsider.says(HERE, "!ban")
    assert "⚠️ The roles of its rule were deleted" in await olivia.says(HERE, "!config ban")
    assert "⚠️ `ban`" in await olivia.says(HERE, "!config")
    assert "⚠️ its roles were deleted" in await olivia.says(HERE, "!serversettings")
    await olivia.says(HERE, "!config ban none")
    assert "in" in await outsider.says(HERE, "!ban")


@pytest.mark.req("CORE-914")
async def test_rules_hold_after_a_restart_of_their_reading(
    app: Application, olivia: Person, outsider: Person
) -> None:
    role = await new_role(olivia, "Helper")
    await olivia.says(HERE, f"!config ban {role.id}")
    await app.bot.role_rules.start()
    assert "You need" in await outsider.says(HERE, "!ban")


MANY = "\n".join(
    [
        "from discord.ext import commands",
        "async def setup(bot):",
        "    for number in range(120):",
        "        @bot.command(name=f'work{number}')",
        "        async def work(ctx): await ctx.send('in')",
    ]
)


@pytest.mark.req("CORE-1204")
@pytest.mark.app(
    slices=("permissions", "extensions"),
    extensions={"many": MANY, "plain": PLAIN},
    config={"prefix": "!", "cooldowns.default_rate": 200},
)
async def test_the_overview_answers_with_a_hundred_and_twenty_commands(
    app: Application, olivia: Person
) -> None:
    await olivia.says(HERE, f"!config work7 {(await new_role(olivia, 'Helper')).id}")
    page = await olivia.says(HERE, "!config")
    assert "`!config <command> <role>`" in page
    assert "You are the **owner of the bot**" in page
    assert "`work7` · <@&" in page
    text = str(page.embed.description)
    while "For the owner of the bot alone" not in text or "`sync`" not in text:
        text += str((await olivia.click("Next ▶", on=page)).embed.description)
    assert all(f"`work{number}`" in text for number in range(120))
    assert all(f"`{name}`" in text for name in ("reload", "theirs", "load", "unload"))
