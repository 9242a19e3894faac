"""How help looks: the main page, a category, one command, the credits.

Texts only; which of them is shown, and the buttons below, is decided in `views` and `cog`.
"""

from collections.abc import Sequence

import discord

from guildwright.api import checks, extensions, project, replies
from guildwright.api.commands import Bot, Context
from guildwright.features.help import service
from guildwright.features.help.service import Catalogue, Entry

CATEGORIES_PER_PAGE = 10
COMMANDS_PER_PAGE = 5


def count_pages(items: int, per_page: int) -> int:
    """Return how many pages hold so many items; at least one."""
    return max(1, -(-items // per_page))


def plural(count: int, noun: str) -> str:
    """Return `1 command`, `2 commands`, `3 categories`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"


def main_page(ctx: Context, catalogue: Catalogue, page: int) -> discord.Embed:
    """Build the page that help opens with."""
    bot, prefix = ctx.bot, _prefix(ctx)
    if not catalogue.categories:
        return replies.panel(ctx, "Help", "There are no commands available.", tone="menu")
    mention = bot.prefixes.allows_mention(ctx.guild.id if ctx.guild else None)
    ways = f"`{prefix}`" + (f" or **@{_name(ctx)}**" if mention else "")
    total = sum(len(entries) for entries in catalogue.categories.values())
    shown = list(catalogue.categories.items())[page * CATEGORIES_PER_PAGE :][:CATEGORIES_PER_PAGE]
    lines = [f"**{name}** — {plural(len(entries), 'command')}" for name, entries in shown]
    text = (
        f"{plural(len(catalogue.categories), 'category').capitalize()} with {plural(total, 'command')}. "
        f"Choose one below, or ask for a command: `{prefix}help <command>`.\n\n" + "\n".join(lines)
    )
    embed = replies.panel(ctx, f"{_name(ctx)} · Help", text, tone="menu", fields=[("Prefix", ways)])
    if bot.user is not None:
        embed.set_thumbnail(url=bot.user.display_avatar.url)
    return embed


def category_page(
    ctx: Context, name: str, entries: Sequence[Entry], page: int, locked: frozenset[str]
) -> discord.Embed:
    """Build one page of a category."""
    pages = count_pages(len(entries), COMMANDS_PER_PAGE)
    shown = entries[page * COMMANDS_PER_PAGE :][:COMMANDS_PER_PAGE]
    fields = [_field(entry, is_locked=entry.name in locked) for entry in shown]
    place = f"{plural(len(entries), 'command')} · page {page + 1}/{pages}"
    legend = service.LEGEND + (f" · {service.LOCKED} not for you" if locked else "")
    return replies.panel(ctx, name, place, fields=fields, footer=legend)


def _field(entry: Entry, *, is_locked: bool) -> tuple[str, str]:
    lock = f" {service.LOCKED}" if is_locked else ""
    return (
        f"{entry.sign} {entry.usage}{lock}",
        f"{entry.summary}\n*{service.place_of(entry.command)}*",
    )


def command_page(ctx: Context, entry: Entry, *, is_locked: bool) -> discord.Embed:
    """Build the page about one command."""
    fields = [("Usage", f"`{entry.usage}`")]
    if entry.aliases:
        fields.append(("Aliases", ", ".join(f"`{alias}`" for alias in entry.aliases)))
    if arguments := service.describe_arguments(entry.command):
        fields.append(("Arguments", "\n".join(_argument(*argument) for argument in arguments)))
    if children := service.children_of(entry.command):
        fields.append(("Commands", ", ".join(f"`{child}`" for child in children)))
    lock = f"\n\n{service.LOCKED} You cannot use this command here." if is_locked else ""
    title = f"{entry.sign} {entry.opening}{entry.name}"
    embed = replies.panel(ctx, title, entry.text + lock, fields=fields)
    embed.add_field(name="Cooldown", value=ctx.bot.cooldown.describe(entry.command).capitalize())
    embed.add_field(name="Needed permission", value=checks.audience(entry.command) or "None")
    embed.add_field(name="Works", value=service.place_of(entry.command))
    return embed


def _argument(name: str, is_needed: bool, text: str) -> str:
    kind = "needed" if is_needed else "optional"
    return f"`{name}` ({kind})" + (f" — {text}" if text else "")


def unknown_page(ctx: Context, wanted: str, closest: Sequence[str]) -> str:
    """Say that there is no such command, and which names come close."""
    typed = discord.utils.escape_markdown(" ".join(wanted.split()))[:80]
    text = f"There is no command or category called **{typed}**."
    if closest:
        names = ", ".join(f"`{name}`" for name in closest)
        text += f"\nDid you mean {names}?"
    return text + f"\n`{_prefix(ctx)}help` shows all of them."


def credits_page(ctx: Context) -> discord.Embed:
    """Build the credits: the project, what it can do, and who wrote the loaded extensions."""
    facts = project.about()
    fields = [
        ("What it can do", "\n".join(f"- {line}" for line in project.CAPABILITIES)),
        ("Licence", facts.licence),
    ]
    if facts.url:
        fields.append(("Project", facts.url))
    if authors := extension_authors(ctx.bot):
        fields.append(("Extensions", authors))
    return replies.panel(ctx, f"{facts.name} {facts.version}", facts.summary, tone="credits", fields=fields)


def extension_authors(bot: Bot) -> str:
    """Return one line per loaded extension that names its author."""
    return "\n".join(
        f"**{discord.utils.escape_markdown(name)}** by {discord.utils.escape_markdown(author)[:100]}"
        for name, author in extensions.authors(bot)
    )


def _prefix(ctx: Context) -> str:
    return ctx.bot.prefixes.text(ctx.guild.id if ctx.guild else None)


def _name(ctx: Context) -> str:
    return ctx.me.display_name
