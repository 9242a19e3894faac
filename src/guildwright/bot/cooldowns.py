"""The cooldown of commands that declare none, and the rule that a failed use costs nothing.

Every command is prepared when it is first used, so hot-loaded ones need no further step: its cooldown is
taken after its arguments were understood, and where it has none of its own it gets the operator's. Prefix
and slash form of a hybrid command are one command with one bucket.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import discord
from discord import app_commands
from discord.ext import commands

from guildwright.bot import checks, internals, marks
from guildwright.kernel.config import Config

Callback = TypeVar("Callback", bound=Callable[..., Any])

_NO_COOLDOWN = "no_cooldown"
_REMEMBERED = 10_000
_TAKEN = "guildwright.cooldown_taken"


def no_cooldown() -> Callable[[Callback], Callback]:
    """Leave a command without the default cooldown."""
    return marks.mark(**{_NO_COOLDOWN: True})


class Buckets(commands.CooldownMapping[Any]):
    """A bucket for each person, cleared of idle ones once in a while.

    discord.py looks through all of them at every use: with a thousand people calling at the same time that
    costs a quarter of the whole command.
    """

    def __init__(self, cooldown: commands.Cooldown, bucket: commands.BucketType) -> None:
        super().__init__(cooldown, bucket)
        self._rule = cooldown
        self._used: dict[Any, tuple[commands.Cooldown, float]] = {}
        self._swept = 0.0

    def get_bucket(self, message: Any, current: float | None = None) -> commands.Cooldown | None:
        """Return the bucket of whoever wrote the message or used the command."""
        if self.type is commands.BucketType.default:
            return self._rule
        now = current or time.time()
        if now - self._swept > self._rule.per:
            self._swept = now
            self._used = {key: use for key, use in self._used.items() if now - use[1] <= self._rule.per}
        key = self.type(message)
        known = self._used.get(key)
        bucket = self._rule.copy() if known is None else known[0]
        self._used[key] = (bucket, now)
        return bucket


class DefaultCooldown:
    """Gives commands the operator's cooldown and keeps it current."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._generation = 0
        self._prepared: WeakKeyDictionary[commands.Command[Any, Any, Any], int] = WeakKeyDictionary()
        self._own: WeakKeyDictionary[commands.Command[Any, Any, Any], bool] = WeakKeyDictionary()
        self._slash_uses: dict[tuple[str, Any], deque[float]] = {}

    @property
    def rate(self) -> int:
        """Uses that are allowed within `per` seconds."""
        return int(self._config.get("cooldowns.default_rate"))

    @property
    def per(self) -> float:
        """Seconds after which a use is forgotten."""
        return float(self._config.get("cooldowns.default_per"))

    @property
    def bucket(self) -> commands.BucketType:
        """What uses are counted for: a user, a channel and so on."""
        return commands.BucketType[str(self._config.get("cooldowns.bucket"))]

    def renew(self) -> None:
        """Forget all buckets: the operator changed the numbers, and they hold from the next use on."""
        self._generation += 1
        self._slash_uses.clear()

    def prepare(self, ctx: commands.Context[Any]) -> bool:
        """Make the command ready for its cooldown; a global check, so it always lets the use pass."""
        command = ctx.command
        if command is not None and self._prepared.get(command) != self._generation:
            self._prepared[command] = self._generation
            command.cooldown_after_parsing = True
            if not self.has_own(command):
                internals.set_cooldown(command, Buckets(commands.Cooldown(self.rate, self.per), self.bucket))
        return True

    def has_own(self, command: commands.Command[Any, Any, Any]) -> bool:
        """Tell whether the author gave the command a cooldown, or took it out of the default one."""
        if command not in self._own:
            self._own[command] = (
                command.cooldown is not None
                or hasattr(command.callback, "__commands_cooldown__")
                or any(_NO_COOLDOWN in found for found in marks.marks_of(command))
            )
        return self._own[command]

    def describe(self, command: Any) -> str:
        """Say a command's cooldown for help: `1 use per 10 s per user`."""
        if any(_NO_COOLDOWN in found for found in marks.marks_of(command)):
            return "none"
        if isinstance(command, commands.Command) and self.has_own(command):
            own: Any = getattr(command.callback, "__commands_cooldown__", None)
            cooldown = command.cooldown
            if cooldown is None:
                return "decided with each use"
            return _in_words(int(cooldown.rate), cooldown.per, getattr(own, "type", None))
        return _in_words(self.rate, self.per, self.bucket)

    def take(self, interaction: discord.Interaction[Any]) -> None:
        """Count a use of a slash-only command.

        Raises app_commands.CommandOnCooldown when there were too many.
        """
        key = self._key(interaction)
        if key is None:
            return
        now = time.monotonic()
        uses = self._slash_uses.setdefault(key, deque())
        while uses and uses[0] <= now - self.per:
            uses.popleft()
        if len(uses) >= self.rate:
            cooldown = app_commands.Cooldown(self.rate, self.per)
            raise app_commands.CommandOnCooldown(cooldown, uses[0] + self.per - now)
        uses.append(now)
        interaction.extras[_TAKEN] = True
        self._forget_idle(now)

    def give_back(self, interaction: discord.Interaction[Any]) -> None:
        """Take back a use that `take` counted: the command failed on its checks or arguments."""
        if not interaction.extras.pop(_TAKEN, False):
            return
        key = self._key(interaction)
        if key is not None and (uses := self._slash_uses.get(key)):
            uses.pop()

    def _key(self, interaction: discord.Interaction[Any]) -> tuple[str, Any] | None:
        command = interaction.command
        if command is None or checks.is_hybrid(command):
            return None
        if any(_NO_COOLDOWN in found for found in marks.marks_of(command)):
            return None
        member = {
            "user": interaction.user.id,
            "member": (interaction.guild_id, interaction.user.id),
            "guild": interaction.guild_id or interaction.user.id,
            "channel": interaction.channel_id,
            "category": getattr(interaction.channel, "category_id", None) or interaction.channel_id,
            "role": getattr(getattr(interaction.user, "top_role", None), "id", interaction.channel_id),
        }.get(self.bucket.name)
        return command.qualified_name, member

    def _forget_idle(self, now: float) -> None:
        if len(self._slash_uses) > _REMEMBERED:
            idle = [key for key, uses in self._slash_uses.items() if not uses or uses[-1] <= now - self.per]
            for key in idle:
                del self._slash_uses[key]


def _in_words(rate: int, per: float, bucket: Any) -> str:
    shared = f" per {bucket.name}" if isinstance(bucket, commands.BucketType) and bucket.value else ""
    return f"{rate} use{'s' if rate != 1 else ''} per {per:g} s{shared}"


def install(bot: Any) -> DefaultCooldown:
    """Give this bot the default cooldown; changes in the configuration hold from the next use on."""
    cooldown = DefaultCooldown(bot.config)
    bot.config.subscribe("cooldowns", lambda *_: cooldown.renew())
    bot.add_check(cooldown.prepare)
    return cooldown
