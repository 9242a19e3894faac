"""Text and embeds cut to what Discord accepts.

Everything the bot sends passes here, so no list, however long, turns into a refused message. Cutting keeps
code fences closed: an open fence would swallow the rest of the message.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import discord

from guildwright.kernel import limits

FENCE = "```"
ELLIPSIS = "…"


def clip(text: str, limit: int) -> str:
    """Shorten `text` to `limit` characters, ending in an ellipsis and with every code fence closed."""
    if len(text) <= limit:
        return text
    short = text[: limit - 1].rstrip("`") + ELLIPSIS
    if short.count(FENCE) % 2:
        closing = f"\n{FENCE}"
        short = text[: limit - 1 - len(closing)].rstrip("`") + ELLIPSIS + closing
    return short


def fit_embed(embed: discord.Embed) -> discord.Embed:
    """Return a copy of `embed` that Discord accepts: each part and the sum within its limit."""
    fitted = embed.copy()
    if fitted.title:
        fitted.title = clip(fitted.title, limits.EMBED_TITLE)
    if fitted.description:
        fitted.description = clip(fitted.description, limits.EMBED_DESCRIPTION)
    if fitted.footer.text:
        fitted.set_footer(text=clip(fitted.footer.text, limits.EMBED_FOOTER), icon_url=fitted.footer.icon_url)
    if fitted.author.name:
        name = clip(fitted.author.name, limits.EMBED_AUTHOR)
        fitted.set_author(name=name, url=fitted.author.url, icon_url=fitted.author.icon_url)
    _fit_fields(fitted)
    _fit_total(fitted)
    return fitted


def _fit_fields(embed: discord.Embed) -> None:
    for index, field in enumerate(embed.fields[: limits.EMBED_FIELDS]):
        embed.set_field_at(
            index,
            name=clip(field.name or "\u200b", limits.FIELD_NAME),
            value=clip(field.value or "\u200b", limits.FIELD_VALUE),
            inline=field.inline,
        )
    while len(embed.fields) > limits.EMBED_FIELDS:
        embed.remove_field(limits.EMBED_FIELDS)


def _fit_total(embed: discord.Embed) -> None:
    """Drop the last fields, then the end of the description, and say how many fields are missing."""
    dropped = 0
    note = "{} more did not fit here."
    while embed.fields and len(embed) + len(note) > limits.EMBED_TOTAL:
        embed.remove_field(len(embed.fields) - 1)
        dropped += 1
    if dropped:
        embed.add_field(name=ELLIPSIS, value=note.format(dropped), inline=False)
    if (over := len(embed) - limits.EMBED_TOTAL) > 0 and embed.description:
        embed.description = clip(embed.description, len(embed.description) - over)


@dataclass(slots=True)
class _Page:
    """One message being filled; knows which fence is open so that the next page can open it again."""

    limit: int
    text: str = ""
    fence: str = ""

    def room(self) -> int:
        return self.limit - len(self.text) - (len(FENCE) + 1)

    def add(self, line: str) -> None:
        self.text = f"{self.text}\n{line}" if self.text else line
        if line.lstrip().startswith(FENCE) and line.count(FENCE) % 2:
            self.fence = "" if self.fence else line.strip()

    def close(self) -> str:
        return f"{self.text}\n{FENCE}" if self.fence else self.text

    def next(self) -> "_Page":
        page = _Page(self.limit, fence=self.fence)
        page.text = self.fence
        return page


def split_text(text: str, limit: int) -> list[str]:
    """Cut `text` at line ends into parts of at most `limit` characters, each with its code fences closed."""
    if len(text) <= limit:
        return [text] if text else []
    parts: list[str] = []
    page = _Page(limit)
    for line in _short_lines(text, limit):
        if len(line) + 1 > page.room() and page.text != page.fence:
            parts.append(page.close())
            page = page.next()
        page.add(line)
    parts.append(page.close())
    return parts


def _short_lines(text: str, limit: int) -> Iterable[str]:
    width = limit // 2
    for line in text.split("\n"):
        if len(line) <= width:
            yield line
            continue
        for start in range(0, len(line), width):
            yield line[start : start + width]


def page_lines(
    lines: Iterable[str], *, limit: int = limits.EMBED_DESCRIPTION, per_page: int = 0
) -> list[str]:
    """Group `lines` into pages of at most `limit` characters and, if given, `per_page` lines."""
    pages: list[list[str]] = [[]]
    used = 0
    for raw in lines:
        line = clip(raw, limit)
        full = per_page and len(pages[-1]) >= per_page
        if pages[-1] and (full or used + len(line) + 1 > limit):
            pages.append([])
            used = 0
        pages[-1].append(line)
        used += len(line) + 1
    return ["\n".join(page) for page in pages if page]
