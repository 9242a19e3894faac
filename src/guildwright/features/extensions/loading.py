"""`load`, `unload` and `reload`."""

from collections.abc import Iterable
from typing import Any

import discord
from discord import app_commands

from guildwright.api import extensions, limits, replies
from guildwright.api.checks import is_bot_owner
from guildwright.api.commands import Context, ExtensionCog, hybrid_command, no_cooldown

ALL = "all"
_SHOWN_REASON = 200

Choices = list[app_commands.Choice[str]]


class Loading(ExtensionCog, name="Extensions"):
    """Loads, unloads and reloads extensions."""

    @hybrid_command(description="Load an extension")
    @is_bot_owner()
    @no_cooldown()
    @app_commands.describe(extension="Its name: the file without .py")
    async def load(self, ctx: Context, *, extension: str) -> None:
        """Load an extension from the folder `extensions`."""
        name = extensions.read_name(extension)
        note = extensions.rename_blank(self.bot, name)
        name = name.replace(" ", "_")
        if extensions.is_loaded(self.bot, name):
            await replies.invalid(ctx, f"`{name}` is loaded already. To run its new code: `reload {name}`.")
            return
        if name not in extensions.loadable(self.bot):
            await replies.invalid(ctx, f"There is no `extensions/{name}.py`.")
            return
        await replies.defer(ctx)
        result = await extensions.load(self.bot, name)
        if result.failure is not None:
            await self._tell_failure(ctx, name, result, "is not loaded")
            return
        if extensions.is_blacklisted(self.bot, name):
            note += " It is in `extensions.blacklist`: at the next start it stays away."
        await replies.success(ctx, f"`{name}` is loaded ({result.seconds:.3f} s). {note}".strip())

    @hybrid_command(description="Unload an extension")
    @is_bot_owner()
    @no_cooldown()
    @app_commands.describe(extension="Its name")
    async def unload(self, ctx: Context, *, extension: str) -> None:
        """Unload an extension with everything it registered."""
        name = extensions.read_name(extension).replace(" ", "_")
        if not extensions.is_loaded(self.bot, name):
            await replies.invalid(ctx, f"`{name}` is not loaded.")
            return
        await replies.defer(ctx)
        await extensions.unload(self.bot, name)
        await replies.success(ctx, f"`{name}` is unloaded.")

    @hybrid_command(description="Run the new code of an extension")
    @is_bot_owner()
    @no_cooldown()
    @app_commands.describe(extension="Its name, or: all")
    async def reload(self, ctx: Context, *, extension: str) -> None:
        """Put the new code of an extension in the place of the old; `all` takes every one."""
        if extension.strip().lower() == ALL:
            await self._reload_all(ctx)
            return
        name = extensions.read_name(extension).replace(" ", "_")
        if not extensions.is_loaded(self.bot, name):
            await replies.invalid(ctx, f"`{name}` is not loaded. To load it: `load {name}`.")
            return
        await replies.defer(ctx)
        results = await extensions.reload(self.bot, name)
        failed = next((result for result in results if result.failure is not None), None)
        if failed is not None:
            await self._tell_failure(ctx, name, failed, "is not reloaded, the old version runs on")
            return
        others = [_short(result.name) for result in results if _short(result.name) != name]
        with_them = f" With it, because built on it: {', '.join(others)}." if others else ""
        await replies.success(ctx, f"`{name}` is reloaded ({results[0].seconds:.3f} s).{with_them}")

    async def _reload_all(self, ctx: Context) -> None:
        names = extensions.loaded(self.bot)
        if not names:
            await replies.invalid(ctx, "No extension is loaded.")
            return
        await replies.defer(ctx)
        lines: list[str] = []
        for name in names:
            result = (await extensions.reload(self.bot, name))[-1]
            if result.failure is None:
                lines.append(f"✅ `{name}` {result.seconds:.3f} s")
            else:
                lines.append(f"❌ `{name}` {_cut(str(result.failure))} · `{result.error_id}`")
        await replies.listing(ctx, "Reloaded", lines)

    async def _tell_failure(self, ctx: Context, name: str, result: extensions.LoadResult, what: str) -> None:
        text = f"`{name}` {what}: {_cut(str(result.failure))}\n\n**Error ID** `{result.error_id}`"
        await replies.error(ctx, text)

    @load.autocomplete("extension")
    async def complete_load(self, interaction: discord.Interaction[Any], current: str) -> Choices:
        """Suggest what can be loaded, to owners only."""
        return await self._choices(interaction, current, extensions.loadable(self.bot))

    @unload.autocomplete("extension")
    async def complete_unload(self, interaction: discord.Interaction[Any], current: str) -> Choices:
        """Suggest what is loaded, to owners only."""
        return await self._choices(interaction, current, extensions.loaded(self.bot))

    @reload.autocomplete("extension")
    async def complete_reload(self, interaction: discord.Interaction[Any], current: str) -> Choices:
        """Suggest what is loaded, to owners only."""
        return await self._choices(interaction, current, [*extensions.loaded(self.bot), ALL])

    async def _choices(
        self, interaction: discord.Interaction[Any], current: str, names: Iterable[str]
    ) -> Choices:
        if not await self.bot.is_owner(interaction.user):
            return []
        found = [name for name in names if current.casefold() in name.casefold()]
        return [app_commands.Choice(name=name, value=name) for name in found[: limits.AUTOCOMPLETE_CHOICES]]


def _cut(reason: str) -> str:
    return reason if len(reason) <= _SHOWN_REASON else f"{reason[: _SHOWN_REASON - 1]}…"


def _short(name: str) -> str:
    return name.rpartition(".")[2]
