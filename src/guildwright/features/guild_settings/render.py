"""How the settings of a server look."""

from datetime import datetime
from zoneinfo import ZoneInfo

import discord

from guildwright.api import access, prefixes, replies, settings
from guildwright.api.commands import Context

_OWN_ROWS = ("timezone",)
_SHOWN_RULES = 8


def mention_page(ctx: Context, guild: discord.Guild) -> discord.Embed:
    """Show whether mentioning the bot works here, and all ways to call a command."""
    own = prefixes.chosen(ctx.bot, guild.id).mention
    state = {True: "enabled", False: "disabled"}.get(own, "") if own is not None else ""
    default = "enabled" if prefixes.allows_mention(ctx.bot, None) else "disabled"
    text = f"Commands by mention are **{state or f'as everywhere: {default}'}**."
    embed = replies.panel(ctx, "📣 Mention prefix", text)
    embed.add_field(name="Ways to call a command", value=ways(ctx, guild), inline=False)
    embed.add_field(name="Server ID", value=f"`{guild.id}`", inline=False)
    return embed


def mention_examples(ctx: Context, guild: discord.Guild) -> str:
    """Say what works now."""
    allowed = prefixes.allows_mention(ctx.bot, guild.id)
    return f"Mentioning me is {'enabled' if allowed else 'disabled'} now.\n{ways(ctx, guild)}"


def ways(ctx: Context, guild: discord.Guild) -> str:
    """List the ways to call a command here, with a mark for each that works."""
    bot_name = ctx.bot.user.mention if ctx.bot.user else "@Bot"
    mention = "✅" if prefixes.allows_mention(ctx.bot, guild.id) else "❌"
    text = prefixes.text(ctx.bot, guild.id)
    return f"✅ `{text}help`\n{mention} {bot_name} help\n✅ `/help`"


def zone_line(name: str) -> str:
    """Say the zone and what time it is there."""
    return f"The time zone of this server is **{name}**. It is {datetime.now(ZoneInfo(name)):%H:%M} there."


def settings_page(ctx: Context, guild: discord.Guild) -> discord.Embed:
    """Show everything that holds in a server."""
    chosen = prefixes.chosen(ctx.bot, guild.id)
    text = discord.utils.escape_markdown(prefixes.text(ctx.bot, guild.id))
    allowed = "on" if prefixes.allows_mention(ctx.bot, guild.id) else "off"
    embed = replies.panel(ctx, f"⚙️ {guild.name}")
    rows = {
        "Prefix": f"**{text}** ({'chosen here' if chosen.text is not None else 'default'})",
        "Mention prefix": f"{allowed} ({'chosen here' if chosen.mention is not None else 'default'})",
        "Time zone": _value(ctx, guild, "timezone"),
        "Members": str(guild.member_count or "unknown"),
        "Owner": guild.owner.mention if guild.owner else f"<@{guild.owner_id}>",
        "Server ID": str(guild.id),
    }
    for name, value in rows.items():
        embed.add_field(name=name, value=value, inline=True)
    embed.add_field(name="Ways to call a command", value=ways(ctx, guild), inline=False)
    own = [
        f"**{setting.label or key}** (`{key}`): {_value(ctx, guild, key)}"
        for key, setting in settings.declared(ctx.bot).items()
        if key not in _OWN_ROWS
    ]
    if own:
        embed.add_field(name="From extensions", value="\n".join(own), inline=False)
    if restricted := _restrictions(ctx, guild):
        embed.add_field(name="Commands for certain roles", value=restricted, inline=False)
    if guild.icon is not None:
        embed.set_thumbnail(url=guild.icon.url)
    return embed


def _restrictions(ctx: Context, guild: discord.Guild) -> str:
    """Say which roles may use which command; a rule whose roles were deleted is flagged."""
    lines: list[str] = []
    for command, roles in sorted(access.rules(ctx.bot, guild.id).items()):
        known = ", ".join(role.mention for role in guild.roles if role.id in roles)
        lines.append(f"`{command}` · {known or '⚠️ its roles were deleted, so it stays closed'}")
    if len(lines) > _SHOWN_RULES:
        more = f"… and {len(lines) - _SHOWN_RULES} more: `{prefixes.text(ctx.bot, guild.id)}config`"
        lines = [*lines[:_SHOWN_RULES], more]
    return "\n".join(lines)


def shown(value: settings.Value) -> str:
    """Return a value as people say it."""
    if isinstance(value, bool):
        return "**on**" if value else "**off**"
    return "not set" if value is None else f"**{discord.utils.escape_markdown(str(value))}**"


def _value(ctx: Context, guild: discord.Guild, key: str) -> str:
    if key not in settings.declared(ctx.bot):
        return "not set"
    value = shown(settings.get(ctx.bot, guild.id, key))
    return f"{value} ({'chosen here' if settings.is_set(ctx.bot, guild.id, key) else 'default'})"
