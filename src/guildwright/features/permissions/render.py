"""How rules and explanations look."""

from collections.abc import Iterable, Iterator

import discord
from discord.ext import commands

from guildwright.api import access, checks, prefixes, replies
from guildwright.api.access import Obstacle, Tier
from guildwright.api.commands import Bot, Context, Interaction

_NAMES_PER_LINE = 8
_STANDING = {
    Tier.BOT_OWNER: "owns this bot: no rule binds them",
    Tier.GUILD_OWNER: "owns this server: rules and permissions do not bind them",
    Tier.MEMBER: "is a member: rules and permissions bind them",
}


def roles_of(guild: discord.Guild, roles: Iterable[int]) -> str:
    """Name the roles of a rule, the highest first, without those that were deleted."""
    wanted = frozenset(roles)
    known = [role.mention for role in reversed(guild.roles) if role.id in wanted]
    return ", ".join(known) or "nobody (its roles were deleted)"


def is_orphaned(guild: discord.Guild, roles: Iterable[int]) -> bool:
    """Tell whether all roles of a rule were deleted."""
    return all(guild.get_role(role_id) is None for role_id in roles)


def rule_lines(bot: Bot, guild: discord.Guild) -> Iterator[str]:
    """Say each rule of a guild in one line; one without living roles is flagged."""
    for command, roles in sorted(access.rules(bot, guild.id).items()):
        flag = "⚠️ " if is_orphaned(guild, roles) else ""
        yield f"{flag}`{command}` · {roles_of(guild, roles)}"


def overview(bot: Bot, guild: discord.Guild, tier: Tier) -> tuple[str, str, list[str]]:
    """Return title, introduction and lines: the rules, what can have one, what cannot."""
    prefix = prefixes.text(bot, guild.id)
    intro = (
        f"`{prefix}config <command> <role>` lets a role use a command and closes it to all others.\n"
        f"`{prefix}config <command> remove <role>` · `{prefix}config <command> none`\n"
        f"`{prefix}explain <member> <command>` says why somebody may or may not.\n"
        f"You are the **{tier.value}**."
    )
    found = [command for command in access.commands_here(bot, guild).values() if _is_listed(command)]
    locked = [command.qualified_name for command in found if checks.is_for_owners(command)]
    free = [command.qualified_name for command in found if not checks.is_for_owners(command)]
    lines = [
        "**Rules of this server**",
        *(list(rule_lines(bot, guild)) or ["None: every command is open to whom it opens itself."]),
    ]
    lines += ["", f"**Can have a rule** ({len(free)}, and the commands of groups)", *_in_lines(free)]
    lines += [
        "",
        f"**For the owner of the bot alone** ({len(locked)}, no rule opens them)",
        *_in_lines(locked),
    ]
    return "🔐 Who may use commands here", intro, lines


def _is_listed(command: access.AnyCommand) -> bool:
    return getattr(command, "parent", None) is None and not getattr(command, "hidden", False)


def _in_lines(names: list[str]) -> Iterator[str]:
    ordered = sorted(names)
    for start in range(0, len(ordered), _NAMES_PER_LINE):
        yield ", ".join(f"`{name}`" for name in ordered[start : start + _NAMES_PER_LINE])


def rule_page(
    target: Context | Interaction, guild: discord.Guild, command: access.AnyCommand
) -> discord.Embed:
    """Show the rule of one command and what else it asks for."""
    bot, name = _bot_of(target), command.qualified_name
    rule = access.find_rule(bot, guild.id, name)
    if checks.is_for_owners(command):
        text = "Only the owner of the bot can use it. No rule can open it."
    elif rule is None:
        text = "No rule: no role is needed here."
    else:
        of_group = "" if rule.command == name else f"\nThe rule stands on the group `{rule.command}`."
        text = f"For people with {roles_of(guild, rule.roles)}, and for the server's owner.{of_group}"
        if is_orphaned(guild, rule.roles):
            text = (
                "⚠️ The roles of its rule were deleted, so it stays closed to everybody but the owner.\n"
                f"Name another role, or open it: `{prefixes.text(bot, guild.id)}config {rule.command} none`"
            )
    embed = replies.panel(target, f"🔐 {name}", text)
    if asked := checks.audience(command):
        embed.add_field(name="The command itself asks for", value=asked, inline=False)
    return embed


def explanation(
    target: Context | Interaction,
    member: discord.Member,
    command: access.AnyCommand,
    found: access.Examination,
) -> discord.Embed:
    """Say whether somebody may run a command here, by what, and what would change it."""
    name = discord.utils.escape_markdown(member.display_name)
    title = f"{'✅' if found.allowed else '⛔'} `{command.qualified_name}`"
    verdict = f"**{name}** {'may' if found.allowed else 'may not'} run it in this channel."
    lines = [verdict, "", f"{name} {_STANDING[found.decision.tier]}.", *_reasons(member, command, found)]
    changes = [f"• {line}" for line in _changes(_bot_of(target), member, found)]
    if changes:
        lines += ["", "**What would change it**", *changes]
    return replies.panel(target, title, "\n".join(lines), tone="success" if found.allowed else "error")


def _reasons(member: discord.Member, command: access.AnyCommand, found: access.Examination) -> Iterator[str]:
    decision = found.decision
    demands, obstacles = decision.demands, decision.obstacles
    bound = decision.tier is Tier.MEMBER
    if demands.bot_owner:
        yield f"{_sign(Obstacle.BOT_OWNER_ONLY in obstacles)} It is for the owner of the bot alone."
    if demands.guild_owner and decision.tier is not Tier.BOT_OWNER:
        yield f"{_sign(Obstacle.GUILD_OWNER_ONLY in obstacles)} It is for the owner of the server."
    if demands.rule is not None and bound:
        place = "this command" if demands.rule.command == command.qualified_name else "its group"
        roles = roles_of(member.guild, demands.rule.roles)
        yield f"{_sign(Obstacle.ROLE in obstacles)} A rule of this server on {place} asks for {roles}."
    for permission in demands.permissions if bound else ():
        yield f"{_sign(permission in decision.missing)} It asks for the permission {_shown(permission)}."
    for refusal in found.refusals:
        yield f"❌ A check of the command says: {refusal}"
    if found.untried:
        yield "▫️ It has checks of its own, which only its use can try."
    if found.allowed and not (
        demands.bot_owner or demands.guild_owner or demands.rule or demands.permissions
    ):
        yield "✅ It asks nothing of anybody."


def _changes(bot: Bot, member: discord.Member, found: access.Examination) -> Iterator[str]:
    decision = found.decision
    prefix = prefixes.text(bot, member.guild.id)
    if Obstacle.BOT_OWNER_ONLY in decision.obstacles:
        yield "Nothing in this server: only the operator of the bot names its owners."
        return
    if Obstacle.GUILD_OWNER_ONLY in decision.obstacles:
        yield "Nothing but owning this server."
        return
    rule = decision.demands.rule
    if rule is not None and Obstacle.ROLE in decision.obstacles:
        if not is_orphaned(member.guild, rule.roles):
            yield f"One of these roles: {roles_of(member.guild, rule.roles)}."
        config = f"{prefix}config {rule.command}"
        yield f"Or another rule: `{config} <role>` adds a role, `{config} none` opens it."
    for permission in decision.missing:
        if getattr(member.guild_permissions, permission):
            yield f"This channel takes {_shown(permission)} away: look at the channel's permissions."
        else:
            yield f"A role with {_shown(permission)}, or that permission in this channel."


def _sign(is_in_the_way: bool) -> str:
    return "❌" if is_in_the_way else "✅"


def _shown(permission: str) -> str:
    return f"**{permission.replace('_', ' ').replace('guild', 'server').title()}**"


def _bot_of(target: Context | Interaction) -> Bot:
    return target.bot if isinstance(target, commands.Context) else target.client
