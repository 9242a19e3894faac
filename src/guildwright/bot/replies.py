"""What the bot says: one call for prefix and slash, in the theme, within Discord's limits, without pings.

Prefix confirmations vanish after the operator's times (CORE-919); deleting happens in tasks that `Replies`
owns, so a command is finished when its answer is sent. Slash answers stay: the person can dismiss them.
"""

import asyncio
import io
import logging
import time
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal
from weakref import WeakSet

import discord
from discord.ext import commands

from guildwright.bot.fitting import fit_embed, page_lines, split_text
from guildwright.bot.theme import Theme
from guildwright.bot.views import TIMEOUT_SECONDS, Confirm, OwnedView, Paginator, Target, person_of
from guildwright.kernel import limits
from guildwright.kernel.config import Config

Tone = Literal["success", "error", "warning", "info", "menu", "credits", "partial"]
Temper = Literal["success", "invalid", "error", "unexpected"]

logger = logging.getLogger("guildwright.replies")

NO_PINGS = discord.AllowedMentions.none()
_MAX_PAGES = 40
_PROGRESS_SECONDS = 1.0


class Replies:
    """The theme of one bot, and what it still does after a command has ended."""

    def __init__(self, config: Config, theme: Theme | None = None) -> None:
        self.theme = theme or Theme()
        self._config = config
        self._tasks: set[asyncio.Task[None]] = set()
        self._views: WeakSet[OwnedView] = WeakSet()

    def seconds(self, temper: Temper) -> float:
        """Return after how long a prefix reply of this temper vanishes; 0 keeps it."""
        return float(self._config.get(f"auto_delete.{temper}")) if self._deletes else 0

    @property
    def deletes_invocations(self) -> bool:
        """Whether the message that called a successful command is removed."""
        return self._deletes and bool(self._config.get("auto_delete.invocation"))

    @property
    def _deletes(self) -> bool:
        return bool(self._config.get("auto_delete.enabled") and self._config.get("features.auto_delete"))

    def delete_later(self, message: discord.Message, seconds: float) -> None:
        """Delete a message in the background; one that is already gone, or not ours to delete, is left."""
        self.start(_delete(message, seconds), name=f"delete {message.id}")

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        """Run `work` in a task that ends with the bot; it must deal with its own failures."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def watch(self, view: OwnedView) -> None:
        """Let a view end with the bot instead of waiting for its time-out."""
        self._views.add(view)

    async def close(self) -> None:
        """End tasks and views that still run; deletions that are not due yet are forgotten."""
        for view in list(self._views):
            view.stop()
        pending = list(self._tasks)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)


async def _delete(message: discord.Message, seconds: float) -> None:
    await asyncio.sleep(seconds)
    try:
        await message.delete()
    except (discord.NotFound, discord.Forbidden):
        return
    except discord.HTTPException as refused:
        logger.info("Message %s stays, Discord did not delete it: %s", message.id, refused)


def replies_of(target: Target) -> Replies:
    """Return the `Replies` of the bot that `target` belongs to."""
    return client_of(target).replies


def client_of(target: Target) -> Any:
    """Return the bot that `target` belongs to."""
    return target.bot if isinstance(target, commands.Context) else target.client


def interaction_of(target: Target) -> discord.Interaction[Any] | None:
    """Return the interaction behind `target`; None for a command by prefix."""
    return target.interaction if isinstance(target, commands.Context) else target


def panel(
    target: Target,
    title: str,
    text: str = "",
    *,
    tone: Tone = "info",
    fields: Iterable[tuple[str, str]] = (),
    footer: str = "",
) -> discord.Embed:
    """Build an embed in the theme, with the time and a footer (by default: who asked), cut to the limits."""
    embed = discord.Embed(
        title=title or None,
        description=text or None,
        colour=getattr(replies_of(target).theme, tone),
        timestamp=discord.utils.utcnow(),
    )
    for name, value in fields:
        embed.add_field(name=name, value=value, inline=False)
    embed.set_footer(text=footer or f"Requested by {person_of(target).display_name}")
    return fit_embed(embed)


async def send(
    target: Target,
    embed: discord.Embed | None = None,
    *,
    content: str | None = None,
    file: discord.File | None = None,
    view: discord.ui.View | None = None,
    ephemeral: bool = False,
) -> discord.Message:
    """Answer a command or an interaction; returns the message.

    Slash: the first answer, or a follow-up when there was one. Nothing in it can ping anybody.
    """
    parts: dict[str, Any] = {
        "content": content,
        "embed": embed and fit_embed(embed),
        "file": file,
        "view": view,
    }
    given = {name: part for name, part in parts.items() if part is not None}
    interaction = interaction_of(target)
    if interaction is None:
        assert isinstance(target, commands.Context)  # noqa: S101 - only a context can lack an interaction
        message = await target.send(**given, allowed_mentions=NO_PINGS)
    else:
        message = await _respond(interaction, given, ephemeral=ephemeral)
    if isinstance(view, OwnedView):
        replies_of(target).watch(view)
        await view.bind(message)
    return message


async def _respond(
    interaction: discord.Interaction[Any], given: dict[str, Any], *, ephemeral: bool
) -> discord.Message:
    if interaction.response.is_done():
        if ephemeral:
            await _end_public_wait(interaction)
        return await interaction.followup.send(
            **given, ephemeral=ephemeral, allowed_mentions=NO_PINGS, wait=True
        )
    answer = await interaction.response.send_message(**given, ephemeral=ephemeral, allowed_mentions=NO_PINGS)
    if isinstance(answer.resource, discord.Message):
        return answer.resource
    return await interaction.original_response()


async def _end_public_wait(interaction: discord.Interaction[Any]) -> None:
    """Remove "… is thinking" before a private answer: Discord would show the answer in its place, to all."""
    if interaction.response.type is discord.InteractionResponseType.deferred_channel_message:
        waiting = await interaction.original_response()
        if waiting.flags.loading and not waiting.flags.ephemeral:
            await waiting.delete()


async def success(
    target: Target, text: str, *, title: str = "Done", ephemeral: bool = False
) -> discord.Message:
    """Confirm that something was changed: green; by prefix it vanishes, and so does the invoking message."""
    message = await send(target, panel(target, title, text, tone="success"), ephemeral=ephemeral)
    _vanish(target, message, "success")
    remove_invocation(target)
    return message


async def invalid(target: Target, text: str, *, title: str = "That did not fit") -> discord.Message:
    """Tell the person what was wrong with what they gave: red, private by slash, short-lived by prefix."""
    return await refuse(target, title, text, temper="invalid")


async def error(target: Target, text: str, *, title: str = "That did not work") -> discord.Message:
    """Tell the person that something failed: red, private by slash, short-lived by prefix."""
    return await refuse(target, title, text, temper="error")


async def warning(
    target: Target, text: str, *, title: str = "Take care", ephemeral: bool = False
) -> discord.Message:
    """Warn without having failed: yellow, stays."""
    return await send(target, panel(target, title, text, tone="warning"), ephemeral=ephemeral)


async def info(
    target: Target,
    text: str = "",
    *,
    title: str = "",
    fields: Iterable[tuple[str, str]] = (),
    view: discord.ui.View | None = None,
    ephemeral: bool = False,
) -> discord.Message:
    """Show something: blue, stays."""
    return await send(target, panel(target, title, text, fields=fields), view=view, ephemeral=ephemeral)


async def refuse(
    target: Target,
    title: str,
    text: str,
    *,
    temper: Temper = "error",
    footer: str = "",
    view: discord.ui.View | None = None,
) -> discord.Message:
    """Send a red answer for the person alone (slash), or for a while (prefix)."""
    embed = panel(target, title, text, tone="error", footer=footer)
    message = await send(target, embed, view=view, ephemeral=True)
    _vanish(target, message, temper)
    return message


def _vanish(target: Target, message: discord.Message, temper: Temper) -> None:
    replies = replies_of(target)
    seconds = replies.seconds(temper)
    if interaction_of(target) is None and seconds > 0:
        replies.delete_later(message, seconds)


def remove_invocation(target: Target) -> None:
    """Delete the message that called a prefix command, if the operator and Discord allow it."""
    if not isinstance(target, commands.Context) or target.interaction is not None or target.guild is None:
        return
    replies = replies_of(target)
    if replies.deletes_invocations and target.bot_permissions.manage_messages:
        replies.delete_later(target.message, 0)


async def pages(
    target: Target,
    embeds: Sequence[discord.Embed],
    *,
    timeout: float = TIMEOUT_SECONDS,  # noqa: ASYNC109 - the life of the buttons, not of this call
    file: discord.File | None = None,
    ephemeral: bool = False,
) -> discord.Message:
    """Show one embed, or several that the person can leaf through for `timeout` seconds without a click."""
    if len(embeds) == 1:
        return await send(target, embeds[0], file=file, ephemeral=ephemeral)
    view = Paginator(target, embeds, timeout=timeout)
    return await send(target, view.page, view=view, file=file, ephemeral=ephemeral)


async def listing(
    target: Target,
    title: str,
    lines: Sequence[str],
    *,
    tone: Tone = "info",
    intro: str = "",
    per_page: int = 15,
    timeout: float = TIMEOUT_SECONDS,  # noqa: ASYNC109 - the life of the buttons, not of this call
) -> discord.Message:
    """Show any number of lines: on pages, and beyond 40 pages the whole of it as a file too."""
    head = f"{intro}\n\n" if intro else ""
    room = limits.EMBED_DESCRIPTION - len(head)
    texts = page_lines(lines, limit=room, per_page=per_page) or ["Nothing to show."]
    embeds = [panel(target, title, head + text, tone=tone) for text in texts[:_MAX_PAGES]]
    file = text_file("\n".join(lines)) if len(texts) > _MAX_PAGES else None
    return await pages(target, embeds, timeout=timeout, file=file)


async def plain(target: Target, content: str, *, name: str = "output.txt") -> list[discord.Message]:
    """Send text as messages cut at line ends; beyond `limits.max_output_pages` it comes as a file."""
    config = client_of(target).config
    parts = split_text(content, int(config.get("limits.max_output_chars")))
    allowed = int(config.get("limits.max_output_pages"))
    sent = [await send(target, content=part) for part in parts[:allowed]]
    if len(parts) > allowed:
        note = "That was not all. The whole text is in the file."
        sent.append(await send(target, content=note, file=text_file(content, name)))
    return sent


def text_file(content: str, name: str = "output.txt") -> discord.File:
    """Return text as a file to attach."""
    return discord.File(io.BytesIO(content.encode()), filename=name)


async def confirm(
    target: Target,
    text: str,
    *,
    title: str = "Are you sure?",
    yes: str = "Yes, go ahead",
    no: str = "Cancel",
    timeout: float = 60.0,  # noqa: ASYNC109 - how long the person may think
) -> bool:
    """Ask before something that cannot be undone; False when declined or not answered in time."""
    view = Confirm(target, yes=yes, no=no, timeout=timeout)
    await send(target, panel(target, title, text, tone="warning"), view=view, ephemeral=True)
    await view.wait()
    return bool(view.answer)


async def defer(target: Target, *, ephemeral: bool = False) -> None:
    """Tell Discord that the answer takes more than a moment; by prefix the bot is shown as typing."""
    if isinstance(target, commands.Context) and target.interaction is None:
        await target.typing()
        return
    interaction = interaction_of(target)
    if interaction is not None and not interaction.response.is_done():
        await interaction.response.defer(ephemeral=ephemeral, thinking=True)


class Progress:
    """One message that is edited while work goes on, at most once a second."""

    def __init__(self, target: Target, title: str) -> None:
        self._target = target
        self._title = title
        self._message: discord.Message | None = None
        self._shown_at = 0.0

    async def start(self, text: str) -> None:
        """Show the message; slash commands are deferred by it."""
        await defer(self._target)
        self._message = await send(self._target, panel(self._target, self._title, text))
        self._shown_at = time.monotonic()

    async def update(self, text: str) -> None:
        """Change the text; skipped when the last change is less than a second old."""
        if time.monotonic() - self._shown_at >= _PROGRESS_SECONDS:
            await self._show(panel(self._target, self._title, text))

    async def finish(self, text: str, *, tone: Tone = "success") -> None:
        """Change the message a last time."""
        await self._show(panel(self._target, self._title, text, tone=tone))

    async def _show(self, embed: discord.Embed) -> None:
        self._shown_at = time.monotonic()
        if self._message is not None:
            await self._message.edit(embed=embed, allowed_mentions=NO_PINGS)


@asynccontextmanager
async def progress(target: Target, title: str, text: str = "Working …") -> AsyncIterator[Progress]:
    """Show progress around long work; inside, `await shown.update(text)` and `await shown.finish(text)`."""
    shown = Progress(target, title)
    await shown.start(text)
    try:
        yield shown
    except Exception:
        # The failure itself is answered as every other; nobody should go on waiting here.
        await shown.finish("That did not work.", tone="error")
        raise
