"""Application commands: who has registered what, under which ID.

simcord knows bulk overwrites only and forgets fields it does not model, so the registry is kept
here and written into simcord's ``backend.commands``, which its palette and permissions read.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from guildwright.kernel import limits
from guildwright.sandbox.rest import errors
from guildwright.sandbox.rest.call import Answer, Call
from guildwright.sandbox.rest.command_rules import CHAT_INPUT, MAX_COMMANDS, command_errors
from guildwright.sandbox.rest.routes import table
from guildwright.sandbox.world import BackendError, World

Key = tuple[str, int]
Command = dict[str, Any]


class CommandBook:
    """The commands of one world's application, by scope (a guild's ID or None for global)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._creates: dict[int | None, list[datetime]] = {}
        self._listeners: list[Callable[[], None]] = []

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear of every change of any scope; returns what ends the subscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def listed(self, scope: int | None) -> dict[Key, Command]:
        return self._world.backend.commands.get(scope, {})

    def find(self, scope: int | None, command_id: int) -> Command:
        for command in self.listed(scope).values():
            if command["id"] == str(command_id):
                return command
        raise errors.unknown_command()

    def overwrite(self, scope: int | None, payloads: list[dict[str, Any]]) -> list[Command]:
        """Replace a scope; what is the same as before keeps its ID, and its version too."""
        old = self.listed(scope)
        new: dict[Key, Command] = {}
        fresh = 0
        for payload in payloads:
            previous = self._previous(old, payload)
            fresh += previous is None
            command = self._built(scope, payload, previous)
            new[key_of(command)] = command
        self._check_counts(new)
        self._count_creates(scope, fresh)
        self._store(scope, new)
        return list(new.values())

    def upsert(self, scope: int | None, payload: dict[str, Any]) -> tuple[Command, bool]:
        """Create one command or overwrite its namesake; says whether it is new."""
        listed = dict(self.listed(scope))
        previous = listed.get(key_of(payload))
        command = self._built(scope, payload, previous)
        listed[key_of(command)] = command
        self._check_counts(listed)
        self._count_creates(scope, int(previous is None))
        self._store(scope, listed)
        return command, previous is None

    def edit(self, scope: int | None, command_id: int, changes: dict[str, Any]) -> Command:
        current = self.find(scope, command_id)
        payload = {**current, **changes, "type": current["type"]}
        listed = dict(self.listed(scope))
        del listed[key_of(current)]
        if key_of(payload) in listed:
            raise BackendError(400, 40041, "Application command with that name already exists")
        command = self._built(scope, payload, current)
        self._store(scope, {**listed, key_of(command): command})
        return command

    def delete(self, scope: int | None, command_id: int) -> None:
        current = self.find(scope, command_id)
        self._store(scope, {key: c for key, c in self.listed(scope).items() if c is not current})

    def _previous(self, old: dict[Key, Command], payload: dict[str, Any]) -> Command | None:
        wanted = str(payload.get("id"))
        by_id = next((command for command in old.values() if command["id"] == wanted), None)
        return by_id or old.get(key_of(payload))

    def _built(self, scope: int | None, payload: dict[str, Any], previous: Command | None) -> Command:
        command = _canonical_command(payload)
        command["application_id"] = str(self._world.backend.application_id)
        if scope is not None:
            command["guild_id"] = str(scope)
        if previous is not None and command.items() <= previous.items():
            return previous
        command["id"] = previous["id"] if previous else str(self._world.backend.snowflake())
        command["version"] = str(self._world.backend.snowflake())
        return command

    def _check_counts(self, commands: dict[Key, Command]) -> None:
        for kind, most in MAX_COMMANDS.items():
            if sum(1 for _, its_kind in commands if its_kind == kind) > most:
                raise BackendError(400, 30032, f"Maximum number of application commands reached ({most})")

    def _count_creates(self, scope: int | None, fresh: int) -> None:
        now = self._world.clock.now()
        recent = [at for at in self._creates.get(scope, []) if now - at < timedelta(days=1)]
        if fresh and len(recent) + fresh > limits.COMMAND_CREATES_PER_DAY:
            raise BackendError(
                429,
                30034,
                "Max number of daily application command creates has been reached "
                f"({limits.COMMAND_CREATES_PER_DAY})",
            )
        self._creates[scope] = recent + [now] * fresh

    def _store(self, scope: int | None, commands: dict[Key, Command]) -> None:
        self._world.backend.commands[scope] = commands
        for listener in tuple(self._listeners):
            listener()


def command_book(world: World) -> CommandBook:
    """The one command book of a world, made when it is first asked for."""
    return world.part(CommandBook)


def key_of(payload: dict[str, Any]) -> Key:
    return str(payload.get("name")), int(payload.get("type") or CHAT_INPUT)


def _canonical_command(payload: dict[str, Any]) -> Command:
    """A command as Discord returns it: every field present, defaults filled in."""
    permissions = payload.get("default_member_permissions")
    return {
        "type": int(payload.get("type") or CHAT_INPUT),
        "name": payload["name"],
        "name_localizations": payload.get("name_localizations") or None,
        "description": payload.get("description") or "",
        "description_localizations": payload.get("description_localizations") or None,
        "options": [_canonical_option(option) for option in _listed(payload.get("options"))],
        "default_member_permissions": None if permissions is None else str(permissions),
        "dm_permission": payload.get("dm_permission") is not False,
        "nsfw": bool(payload.get("nsfw")),
        "contexts": payload.get("contexts"),
        "integration_types": payload.get("integration_types") or [0],
    }


def _canonical_option(option: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in option.items() if not _is_default(value)}
    if "options" in kept:
        kept["options"] = [_canonical_option(child) for child in kept["options"]]
    if "choices" in kept:
        kept["choices"] = [
            {key: value for key, value in choice.items() if value is not None} for choice in kept["choices"]
        ]
    return kept


def _listed(value: Any) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", value or [])


def _is_default(value: Any) -> bool:
    # A bound of 0 is a value; False, null and empty collections are what absence means already.
    return value is None or value is False or value in ([], {})


def _scope(call: Call) -> int | None:
    """The guild of a guild route after the checks every command route shares."""
    if call.snowflake("application_id") != call.world.backend.application_id:
        raise errors.unknown_application()
    if "guild_id" not in call.args:
        return None
    guild_id = call.snowflake("guild_id")
    guild = call.world.backend.guilds.get(guild_id)
    if guild is None or call.world.backend.bot_user.id not in guild.members:
        raise errors.missing_access()
    return guild_id


def _shown(call: Call, command: Command) -> Command:
    if call.flag("with_localizations"):
        return command
    return {key: value for key, value in command.items() if not key.endswith("_localizations")}


def list_commands(call: Call) -> Any:
    return [_shown(call, command) for command in command_book(call.world).listed(_scope(call)).values()]


def overwrite_commands(call: Call) -> Any:
    scope = _scope(call)
    if not isinstance(call.json, list):
        raise errors.invalid_form(errors.not_a_list(()))
    payloads: list[dict[str, Any]] = []
    wrong: list[errors.FieldError] = []
    for index, payload in enumerate(cast("list[Any]", call.json)):
        if not isinstance(payload, dict):
            wrong.append(errors.not_an_object((index,)))
            continue
        command = cast("dict[str, Any]", payload)
        wrong += command_errors(command, (index,))
        payloads.append(command)
    errors.refuse(wrong)
    _refuse_namesakes(payloads)
    return command_book(call.world).overwrite(scope, payloads)


def _refuse_namesakes(payloads: list[dict[str, Any]]) -> None:
    seen: set[Key] = set()
    for index, payload in enumerate(payloads):
        if key_of(payload) in seen:
            raise errors.invalid_form(
                errors.FieldError(
                    (index,),
                    "APPLICATION_COMMANDS_DUPLICATE_NAME",
                    "Application command names must be unique",
                )
            )
        seen.add(key_of(payload))


def create_command(call: Call) -> Any:
    scope = _scope(call)
    errors.refuse(command_errors(call.body))
    command, is_new = command_book(call.world).upsert(scope, call.body)
    return Answer(201 if is_new else 200, command)


def get_command(call: Call) -> Any:
    return command_book(call.world).find(_scope(call), call.snowflake("command_id"))


def edit_command(call: Call) -> Any:
    scope = _scope(call)
    command_id = call.snowflake("command_id")
    current = command_book(call.world).find(scope, command_id)
    errors.refuse(command_errors({**current, **call.body, "type": current["type"]}))
    return command_book(call.world).edit(scope, command_id, call.body)


def delete_command(call: Call) -> Any:
    command_book(call.world).delete(_scope(call), call.snowflake("command_id"))


for _root in ("/applications/{application_id}", "/applications/{application_id}/guilds/{guild_id}"):
    table.add("GET", f"{_root}/commands", list_commands)
    table.add("PUT", f"{_root}/commands", overwrite_commands)
    table.add("POST", f"{_root}/commands", create_command)
    table.add("GET", f"{_root}/commands/{{command_id}}", get_command)
    table.add("PATCH", f"{_root}/commands/{{command_id}}", edit_command)
    table.add("DELETE", f"{_root}/commands/{{command_id}}", delete_command)


@table.on("GET", "/applications/{application_id}/guilds/{guild_id}/commands/permissions")
def list_permissions(call: Call) -> Any:
    scope = _scope(call)
    stored = cast("dict[tuple[int, int], list[Any]]", call.world.backend.command_permissions)
    return [
        _permissions(call, command_id, entries)
        for (guild_id, command_id), entries in stored.items()
        if guild_id == scope
    ]


@table.on("GET", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}/permissions")
def get_permissions(call: Call) -> Any:
    scope = _scope(call)
    command_id = call.snowflake("command_id")
    entries = call.world.backend.command_permissions.get((cast("int", scope), command_id))
    if entries is None:
        raise BackendError(404, 10066, "Unknown application command permissions")
    return _permissions(call, command_id, entries)


def _permissions(call: Call, command_id: int, entries: list[Any]) -> dict[str, Any]:
    return {
        "id": str(command_id),
        "application_id": call.args["application_id"],
        "guild_id": call.args["guild_id"],
        "permissions": list(entries),
    }


@table.on("PUT", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}/permissions")
def set_permissions(call: Call) -> Any:
    # Only a person's bearer token may: https://discord.com/developers/docs/change-log (2022-04-27).
    _scope(call)
    raise BackendError(403, 20001, "Bots cannot use this endpoint")
