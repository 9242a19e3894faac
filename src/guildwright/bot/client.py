"""The bot: discord.py's sharded bot, wired to the parts that decide.

The one thing it does itself is `dispatch`: the two events that come with every message end here, without a
task, unless somebody wants them. Measured over sockets that is 15.7 µs per message instead of 28.
"""

from __future__ import annotations

import importlib.util
import logging
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import discord
import yarl
from discord.ext import commands

from guildwright.bot import checks, cooldowns, deadline, interactions, internals, ownership, running
from guildwright.bot.budget import RestBudget
from guildwright.bot.cache import CacheProfile
from guildwright.bot.extensions import ExtensionLoader
from guildwright.bot.identify import IdentifyGate
from guildwright.bot.prefixes import Prefixes
from guildwright.bot.presence import PresenceRotation
from guildwright.bot.readiness import Readiness
from guildwright.bot.replacement import Replacements
from guildwright.bot.replies import Replies
from guildwright.bot.router import Router
from guildwright.bot.running import RunningCommands
from guildwright.bot.sessions import Sessions
from guildwright.bot.sync import Sync
from guildwright.bot.tree import GuildwrightTree
from guildwright.bot.watcher import ExtensionWatcher
from guildwright.kernel.errors import Journal
from guildwright.kernel.hooks import Hooks
from guildwright.kernel.metrics import Metrics
from guildwright.kernel.role_rules import RoleRules
from guildwright.kernel.settings import Settings

if TYPE_CHECKING:
    from guildwright.kernel.config import Instance
    from guildwright.kernel.store import Store

logger = logging.getLogger("guildwright.bot")


class GuildwrightBot(commands.AutoShardedBot):
    """The client of one instance; `app.Application` builds, starts and stops it."""

    def __init__(
        self,
        instance: Instance,
        *,
        store: Store,
        journal: Journal,
        intents: discord.Intents,
        profile: CacheProfile,
    ) -> None:
        self.budget = RestBudget()
        self.replacements = Replacements(self)
        environment = instance.environment
        super().__init__(
            command_prefix=(),
            help_command=None,
            tree_cls=GuildwrightTree,
            case_insensitive=True,
            strip_after_prefix=True,
            intents=intents,
            owner_ids=set(instance.owner_ids),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=profile.flags,
            chunk_guilds_at_startup=profile.members,
            max_messages=instance.config.get("limits.message_cache") or None,
            shard_count=environment.shard_count,
        )
        self.shard_ids = list(environment.shard_ids) or None
        self.instance = instance
        self.config = instance.config
        self.store = store
        self.journal = journal
        self.cache_profile = profile
        self.limited_intents: frozenset[str] = frozenset()
        self.hooks = Hooks(journal)
        self.metrics = Metrics()
        self.running = RunningCommands()
        self.replies = Replies(self.config)
        self.prefixes = Prefixes(store, self.config, journal)
        self.settings = Settings(store)
        self.role_rules = RoleRules(store)
        self.router = Router(self.prefixes, self.metrics, journal)
        self.identify_gate = IdentifyGate()
        self.sessions = Sessions(self)
        self.sync = Sync(self)
        self.presence = PresenceRotation(self)
        self.extension_loader = ExtensionLoader(self, instance.directory)
        self.extension_watcher = ExtensionWatcher(self)
        self._wire()

    def _wire(self) -> None:
        self.readiness = Readiness(self)
        self._waiting = internals.waiters(self)
        self._reactions: dict[str, tuple[Callable[..., object], ...]] = {
            "shard_connect": (
                self.readiness.expect,
                self.sessions.mark_connected,
                self.presence.renew,
                lambda _shard_id: self.metrics.session_began(),
            ),
            "shard_resumed": (self.sessions.mark_resumed,),
            "shard_disconnect": (self.sessions.mark_disconnected,),
            "guild_join": (lambda _guild: self.prefixes.refresh(),),
            "guild_remove": (self._forget_guild,),
            "interaction": (self._note_interaction,),
        }
        checks.install(self)
        interactions.install(self)
        self.cooldown = cooldowns.install(self)

    # --- events ------------------------------------------------------------------------------------

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        """Pass an event on; the two of every message only to those who want them (see the module's text)."""
        if event_name == "socket_event_type":
            if args[0] == "GUILD_CREATE":
                self.readiness.arrive()
            if "on_socket_event_type" not in self.extra_events and not self._is_wanted(event_name):
                return
        elif event_name == "message":
            message = args[0]
            self.router.observe(message)
            if not self.router.may_be_command(message) and not self._is_wanted(event_name):
                for listener in self.extra_events.get("on_message", ()):
                    internals.schedule(self, listener, "on_message", message)
                return
        elif event_name in self._reactions:
            for react in self._reactions[event_name]:
                react(*args)
        super().dispatch(event_name, *args, **kwargs)

    def _is_wanted(self, event_name: str) -> bool:
        """Say whether somebody waits for the event, or handles it with `@bot.event`."""
        return event_name in self._waiting or f"on_{event_name}" in self.__dict__

    async def on_message(self, message: discord.Message, /) -> None:
        """Run the command in a message, or introduce the bot to whoever only mentions it."""
        if message.author.bot or message.webhook_id is not None:
            return
        if self.router.wants_introduction(message):
            await self.introduce(message)
            return
        if not self.extension_loader.is_whole:
            await self.extension_loader.until_whole()
        await self.process_commands(message)

    async def introduce(self, message: discord.Message) -> None:
        """Tell who the bot is and how it is spoken to (CORE-808)."""
        from guildwright.bot.introduction import build_introduction  # noqa: PLC0415 - rarely needed

        try:
            await message.channel.send(embed=build_introduction(self, message))
        except discord.Forbidden:
            return

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Record a failed listener; the others are not disturbed."""
        del args, kwargs
        error = sys.exc_info()[1]
        if error is not None:
            self.metrics.record_error()
            self.journal.record(error, source="listener", command=event_method)

    def _note_interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type not in interactions.CLICKS:
            return
        known = (
            internals.takes_click(self, interaction)
            # An extension may answer clicks in a listener of its own.
            or "on_interaction" in self.extra_events
            or self._is_wanted("interaction")
        )
        if known:
            deadline.watch(interaction)
        else:
            interactions.answer_unknown_component(interaction)

    def _forget_guild(self, guild: discord.Guild) -> None:
        self.prefixes.forget(guild.id)
        self.router.forget_guild(guild.id)

    # --- commands ----------------------------------------------------------------------------------

    async def get_prefix(self, message: discord.Message, /) -> list[str]:
        """Return the prefixes that are commands where this message was written, from memory."""
        return list(self.prefixes.accepted(message.guild.id if message.guild else None))

    async def invoke(self, ctx: commands.Context[Any], /) -> None:
        """Run a text command: counted while it runs, refused while the bot stops."""
        if ctx.command is None:
            await super().invoke(ctx)
        elif self.running.is_closed:
            await running.refuse_text(ctx)
        else:
            self.metrics.record_command(ctx.command.qualified_name)
            with self.running.enter(ctx.command.qualified_name):
                try:
                    await super().invoke(ctx)
                except commands.CommandError as error:
                    # discord.py answers a command's own failure: this one left an extension's error handler.
                    await interactions.answer_command_failure(ctx, error, local_handler_failed=True)

    def add_command(self, command: commands.Command[Any, ..., Any], /) -> None:
        """Add a command; a built-in one that may be replaced makes room."""
        self.replacements.make_room(command)
        super().add_command(command)

    def remove_command(self, name: str, /) -> commands.Command[Any, ..., Any] | None:
        """Remove a command; a built-in one that it had replaced comes back."""
        removed = super().remove_command(name)
        self.replacements.restore(removed)
        return removed

    async def on_command_error(self, context: commands.Context[Any], exception: Exception, /) -> None:
        """Answer a failed text or hybrid command."""
        with self.running.enter(f"answer to {context.invoked_with}"):
            await interactions.answer_command_failure(context, exception)

    async def is_owner(self, user: discord.abc.User, /) -> bool:
        """Say whether a person owns the bot: the one decision that everything else asks (CORE-910)."""
        return user.id in self.instance.owner_ids

    # --- extensions --------------------------------------------------------------------------------

    @property
    def extension_load_times(self) -> dict[str, float]:
        """Seconds that each loaded extension took, by its short name."""
        return self.extension_loader.load_times

    async def load_extension(self, name: str, *, package: str | None = None) -> None:
        """Load an extension, note its time and tell the hook `extension_loaded`; a failure leaves nothing."""
        name = importlib.util.resolve_name(name, package)
        started, before = time.perf_counter(), internals.Registered.of(self)
        try:
            await super().load_extension(name)
        except BaseException:  # a setup that is cut off is cancelled
            await self.extension_loader.roll_back(name, before)
            raise
        self.extension_loader.note_loaded(name, time.perf_counter() - started)
        await self.extension_changed("extension_loaded", name)

    async def unload_extension(self, name: str, *, package: str | None = None) -> None:
        """Unload an extension with everything it registered and tell the hook `extension_unloaded`."""
        modules = ownership.modules_of(name)
        await super().unload_extension(name, package=package)
        await ownership.release(self, name, modules.values())
        self.extension_loader.note_unloaded(name)
        await self.extension_changed("extension_unloaded", name)

    async def reload_extension(self, name: str, *, package: str | None = None) -> None:
        """Put the new code of an extension in the place of the old, which stays if the new one fails.

        Raises commands.ExtensionNotLoaded, and commands.ExtensionFailed with what the new code raised.
        """
        name = importlib.util.resolve_name(name, package)
        if name not in self.extensions:
            raise commands.ExtensionNotLoaded(name)
        for result in await self.extension_loader.reload({name}):
            if result.failure is not None:
                raise commands.ExtensionFailed(result.name, _as_exception(result.failure.error))

    async def remove_cog(self, name: str, /, **options: Any) -> commands.Cog | None:
        """Remove a cog and end its loops."""
        cog = await super().remove_cog(name, **options)
        if cog is not None:
            ownership.stop_loops(vars(cog).values())
        return cog

    async def extension_changed(self, hook: str, name: str) -> None:
        """Ask for a sync and tell the hook `extension_loaded` or `extension_unloaded`."""
        if self.is_ready() and not self.running.is_closed:
            self.sync.request()
        await self.hooks.emit(hook, {"extension_name": name})

    # --- shards ------------------------------------------------------------------------------------

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Start a shard in its turn and take over its returns."""
        await self.identify_gate.reserve(shard_id)
        await super().launch_shard(gateway, shard_id, initial=initial)
        self.sessions.adopt(shard_id)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for the turn that Discord's `max_concurrency` gives (discord.py: 5 s per shard, always)."""
        del initial
        await self.identify_gate.enter(shard_id or 0)

    def degrade_intents(self) -> bool:
        """Give up privileged intents that Discord refused, if the operator allows it; say whether it did."""
        requested = internals.privileged(self.intents)
        if not requested or not self.config.get("intents.degrade"):
            return False
        refused = internals.refused_intents(self) or requested
        self.limited_intents |= refused
        logger.warning(
            "Discord refused these intents, going on without them: %s. What needs them is limited.",
            ", ".join(sorted(refused)),
        )
        internals.drop_intents(self, refused)
        return True


def _as_exception(error: BaseException) -> Exception:
    return error if isinstance(error, Exception) else RuntimeError(repr(error))
