"""Built-in commands that an extension may replace by one of the same name for as long as it is loaded.

A command offers that with `extras={"replaceable": True}`. It is set aside with its slash form when the
other one is added, and comes back when that is removed.
"""

from typing import Any

from discord.ext import commands

AnyTextCommand = commands.Command[Any, ..., Any]

REPLACEABLE = "replaceable"


class Replacements:
    """The commands of one bot that are set aside, by name."""

    def __init__(self, bot: commands.AutoShardedBot) -> None:
        self._bot = bot
        self._set_aside: dict[str, AnyTextCommand] = {}

    def make_room(self, command: AnyTextCommand) -> None:
        """Set aside what `command` replaces; called before it is added."""
        for name in (command.name, *command.aliases):
            present = self._bot.all_commands.get(name)
            if present is not None and present is not command and present.extras.get(REPLACEABLE):
                self._bot.remove_command(present.name)
                self._set_aside[present.name] = present

    def restore(self, removed: AnyTextCommand | None) -> None:
        """Bring back what `removed` had replaced; called after it was removed."""
        if removed is None:
            return
        for name in (removed.name, *removed.aliases):
            if name in self._set_aside and name not in self._bot.all_commands:
                self._bot.add_command(self._set_aside.pop(name))
