"""Which roles a guild demands for which command: in memory for every check, saved before a change holds.

A rule whose roles were all deleted keeps denying: the last role stays in it, and nobody can have it.
"""

import asyncio
from collections.abc import Callable, Mapping

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from guildwright.kernel import audit
from guildwright.kernel.access import Rule
from guildwright.kernel.errors import StoreError
from guildwright.kernel.store import Store
from guildwright.kernel.store.tables import CommandRole

Roles = frozenset[int]
_NOTHING: Mapping[str, Roles] = {}


class RoleRules:
    """The rules of all guilds by the qualified name of the command, also of guilds that the bot left."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rules: dict[int, dict[str, Roles]] = {}
        self._writing = asyncio.Lock()

    async def start(self) -> None:
        """Read all rules; one query."""
        query = select(CommandRole.guild_id, CommandRole.command, CommandRole.role_id)
        async with self._store.session() as session:
            rows = (await session.execute(query)).all()
        self._rules = {}
        for guild_id, command, role_id in rows:
            rules = self._rules.setdefault(guild_id, {})
            rules[command] = rules.get(command, frozenset()) | {role_id}

    # --- asked by every command --------------------------------------------------------------------

    def of(self, guild_id: int) -> Mapping[str, Roles]:
        """Return the rules of a guild."""
        return self._rules.get(guild_id, _NOTHING)

    def find(self, guild_id: int | None, command: str) -> Rule | None:
        """Return the rule of a command, else that of the nearest group around it."""
        rules = None if guild_id is None else self._rules.get(guild_id)
        while rules and command:
            if (roles := rules.get(command)) is not None:
                return Rule(command, roles)
            command = command.rpartition(" ")[0]
        return None

    # --- changes: raise StoreError, and nothing has changed then ------------------------------------

    async def add(self, guild_id: int, command: str, role_id: int, *, by: int | None) -> bool:
        """Let a role use a command; False if it could already. The first role closes it to all others."""
        return await self._change(guild_id, command, lambda roles: roles | {role_id}, by)

    async def remove(self, guild_id: int, command: str, role_id: int, *, by: int | None) -> bool:
        """Take a role out of a rule, with the last one the rule itself; False if it was not there."""
        return await self._change(guild_id, command, lambda roles: roles - {role_id}, by)

    async def clear(self, guild_id: int, command: str, *, by: int | None) -> bool:
        """Remove the rule of a command; False if there was none."""
        return await self._change(guild_id, command, lambda _: frozenset(), by)

    async def drop_role(self, guild_id: int, role_id: int) -> None:
        """Take a deleted role out of every rule in which it was not the last one."""
        for command, roles in dict(self.of(guild_id)).items():
            if role_id in roles and len(roles) > 1:
                await self.remove(guild_id, command, role_id, by=None)

    async def _change(
        self, guild_id: int, command: str, change: Callable[[Roles], Roles], by: int | None
    ) -> bool:
        async with self._writing:
            old = self.of(guild_id).get(command, frozenset())
            new = change(old)
            if new == old:
                return False
            try:
                await self._save(guild_id, command, old, new, by)
            except (SQLAlchemyError, OSError) as error:
                raise StoreError(
                    "The rule could not be saved, nothing was changed.", hint="Try again in a minute."
                ) from error
            rules = {**self.of(guild_id), command: new}
            self._remember(guild_id, {name: roles for name, roles in rules.items() if roles})
        return True

    async def _save(self, guild_id: int, command: str, old: Roles, new: Roles, by: int | None) -> None:
        async with self._store.session() as session:
            if gone := old - new:
                await session.execute(
                    delete(CommandRole).where(
                        CommandRole.guild_id == guild_id,
                        CommandRole.command == command,
                        CommandRole.role_id.in_(gone),
                    )
                )
            session.add_all(
                CommandRole(guild_id=guild_id, command=command, role_id=role_id, added_by=by)
                for role_id in new - old
            )
            audit.record_change(
                session,
                f"command_role:{command}",
                guild_id=guild_id,
                by=by,
                old=[str(role_id) for role_id in sorted(old)],
                new=[str(role_id) for role_id in sorted(new)],
            )

    def _remember(self, guild_id: int, rules: dict[str, Roles]) -> None:
        if rules:
            self._rules[guild_id] = rules
        else:
            self._rules.pop(guild_id, None)
