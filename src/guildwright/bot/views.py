"""Buttons and selects that obey their person only, and go out visibly when their time is over.

`timeout` is an argument everywhere; 180 s is what people meet. A click by somebody else, or by somebody who
lost the right to the command meanwhile, is answered to that person alone. Failures in a view travel as the
event `interaction_failure`, so that views know nothing of the one handler that answers them.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from guildwright.bot import checks
from guildwright.bot.failures import describe
from guildwright.bot.fitting import fit_embed

logger = logging.getLogger("guildwright.views")

Target = commands.Context[Any] | discord.Interaction[Any]
Edit = Callable[..., Awaitable[Any]]

TIMEOUT_SECONDS = 180.0


def person_of(target: Target) -> discord.User | discord.Member:
    """Return who is addressed: the author of a command, the person behind an interaction."""
    return target.author if isinstance(target, commands.Context) else target.user


def prefix_of(target: Target) -> str:
    """Return the text prefix that works where `target` came from, never a mention."""
    client = target.bot if isinstance(target, commands.Context) else target.client
    return client.prefixes.text(target.guild.id if target.guild else None)


def invocation_of(target: Target) -> str:
    """Return the command as the person would write it: `!help` or `/help`."""
    command = target.command
    if command is None:
        return "the command"
    if isinstance(command, app_commands.ContextMenu):
        return command.name
    if isinstance(target, commands.Context) and target.interaction is None:
        return f"{prefix_of(target)}{command.qualified_name}"
    return f"/{command.qualified_name}"


class OwnedView(discord.ui.View):
    """A view for the person of `target`: a command's context or an interaction.

    Subclasses answer clicks with `update`, so that the view knows how to reach its message later.
    """

    def __init__(self, target: Target, *, timeout: float = TIMEOUT_SECONDS) -> None:
        super().__init__(timeout=timeout)
        self.target = target
        self.person_id = person_of(target).id
        self._edit: Edit | None = None
        self._expired = False

    async def bind(self, message: discord.Message) -> None:
        """Remember the message that carries this view; `replies` calls it after sending."""
        self._edit = message.edit
        if self._expired:
            await self.go_out()

    async def update(self, interaction: discord.Interaction[Any], **changes: Any) -> None:
        """Answer a click by editing the message in place; also after `interaction` was deferred."""
        changes.setdefault("view", self)
        if embed := changes.get("embed"):
            changes["embed"] = fit_embed(embed)
        if interaction.response.is_done():
            await interaction.edit_original_response(**changes)
        else:
            await interaction.response.edit_message(**changes)
        # The newest interaction can edit its message for 15 minutes more; an ephemeral one has no other way.
        self._edit = interaction.edit_original_response

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let only the person through, and only while they may still use the command."""
        if interaction.user.id != self.person_id:
            await refuse(interaction, self._not_yours())
            return False
        try:
            await checks.recheck(self.target, interaction)
        except (commands.CommandError, app_commands.AppCommandError) as error:
            failure = describe(error)
            await refuse(interaction, failure.text if failure else "You cannot use this any more.")
            return False
        return True

    async def on_timeout(self) -> None:
        """Show that the time is over: the controls stay, greyed out."""
        self._expired = True
        await self.go_out()

    async def on_error(
        self, interaction: discord.Interaction[Any], error: Exception, _item: discord.ui.Item[Any], /
    ) -> None:
        """Hand a failure to the one handler of all failures."""
        interaction.client.dispatch("interaction_failure", interaction, error, "view")

    async def finish(self, interaction: discord.Interaction[Any], **changes: Any) -> None:
        """Answer the last click: controls greyed out, no more clicks taken."""
        self.disable()
        self.stop()
        await self.update(interaction, **changes)

    async def go_out(self) -> None:
        """Grey out the controls of the message; a message that is gone is none to grey out."""
        if self._edit is None:
            return
        self.disable()
        try:
            await self._edit(view=self)
        except discord.HTTPException as refused:
            logger.info("The controls of a message could not be greyed out: %s", refused)
            self._edit = None

    def disable(self) -> None:
        """Grey out every button and select except links, which need no bot to work."""
        for item in self.children:
            if (isinstance(item, discord.ui.Button) and item.url is None) or isinstance(
                item, discord.ui.Select
            ):
                item.disabled = True

    def _not_yours(self) -> str:
        return (
            f"These controls belong to <@{self.person_id}>. Use {invocation_of(self.target)} to get your own."
        )


async def refuse(interaction: discord.Interaction[Any], text: str) -> None:
    """Tell the clicking person, and nobody else, why nothing happens."""
    theme = interaction.client.replies.theme
    embed = discord.Embed(description=text, colour=theme.error, timestamp=discord.utils.utcnow())
    quiet = discord.AllowedMentions.none()
    if interaction.response.is_done():
        await interaction.followup.send(embed=embed, ephemeral=True, allowed_mentions=quiet)
    else:
        await interaction.response.send_message(embed=embed, ephemeral=True, allowed_mentions=quiet)


class Paginator(OwnedView):
    """Turns pages in place; the buttons at the ends are greyed out."""

    def __init__(
        self, target: Target, pages: Sequence[discord.Embed], *, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        super().__init__(target, timeout=timeout)
        self.pages = pages
        self.index = 0
        self._mark_ends()

    @property
    def page(self) -> discord.Embed:
        """The page that is shown, with its number in the footer."""
        embed = fit_embed(self.pages[self.index])
        place = f"Page {self.index + 1} of {len(self.pages)}"
        footer = f"{embed.footer.text} · {place}" if embed.footer.text else place
        embed.set_footer(text=footer, icon_url=embed.footer.icon_url)
        return embed

    @discord.ui.button(label="◀ Previous", style=discord.ButtonStyle.secondary)
    async def previous(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Any]) -> None:
        """Show the page before."""
        await self._turn(interaction, -1)

    @discord.ui.button(label="Next ▶", style=discord.ButtonStyle.secondary)
    async def next(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Any]) -> None:
        """Show the page after."""
        await self._turn(interaction, 1)

    async def _turn(self, interaction: discord.Interaction[Any], step: int) -> None:
        self.index = min(max(self.index + step, 0), len(self.pages) - 1)
        self._mark_ends()
        await self.update(interaction, embed=self.page)

    def _mark_ends(self) -> None:
        self.previous.disabled = self.index == 0
        self.next.disabled = self.index >= len(self.pages) - 1


class Confirm(OwnedView):
    """Asks before something that cannot be undone; `answer` is None until the person chose."""

    def __init__(self, target: Target, *, yes: str, no: str, timeout: float = TIMEOUT_SECONDS) -> None:
        super().__init__(target, timeout=timeout)
        self.answer: bool | None = None
        self.agree.label = yes
        self.decline.label = no

    @discord.ui.button(style=discord.ButtonStyle.danger)
    async def agree(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Any]) -> None:
        """Go ahead."""
        self.answer = True
        await self.finish(interaction)

    @discord.ui.button(style=discord.ButtonStyle.secondary)
    async def decline(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Any]) -> None:
        """Leave everything as it is."""
        self.answer = False
        await self.finish(interaction)
