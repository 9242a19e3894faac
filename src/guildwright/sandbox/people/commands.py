"""Slash commands and context menus: which a person may use, and running them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from guildwright.sandbox.people.interactions import dispatch_interaction
from guildwright.sandbox.people.options import build_options, typed_options
from guildwright.sandbox.people.refusal import RefusedError, forbidden, unknown
from guildwright.sandbox.people.resolving import Resolver
from guildwright.sandbox.people.texts import parts
from guildwright.sandbox.people.view import holds_messages
from guildwright.sandbox.world import (
    SetupError,
    command_access,
    command_leaves,
    enums,
    nest_options,
    serializers,
    walk_to_subcommand,
)

if TYPE_CHECKING:
    from guildwright.sandbox.people.person import Person
    from guildwright.sandbox.world import Channel, Interaction, World

Command = dict[str, Any]

CHAT: Final = enums.AppCommandType.CHAT_INPUT

_REASONS: Final = {
    "scope": "it belongs to another guild",
    "context": "it is not offered in this kind of channel",
    "use-application-commands": "the permission Use Application Commands is missing here",
    "channel-denied": "it is switched off for this channel",
    "override-denied": "it is switched off for this person or one of the roles",
    "default-member-permissions": "it needs permissions this person does not have",
}


def registered_commands(world: World) -> list[dict[str, Any]]:
    """Return what the bot has registered: the commands for everywhere, then those of single guilds."""
    backend = world.backend
    return [
        {
            "id": None if scope is None else str(scope),
            "name": "Everywhere" if scope is None else backend.guilds[scope].name,
            "commands": sorted(commands.values(), key=lambda command: (command["type"], command["name"])),
        }
        for scope, commands in sorted(backend.commands.items(), key=lambda item: item[0] or 0)
        if scope is None or scope in backend.guilds
    ]


def list_commands(person: Person, channel_id: int) -> list[Command]:
    """Return what the person may use in a channel: slash commands by name, then context menus."""
    channel = person.channel(channel_id)
    found: list[Command] = []
    for kind in enums.AppCommandType:
        for command in _registered(person, channel, kind):
            if _access(person, channel, command) is None:
                found.extend(_entries(command, kind))
    return sorted(found, key=lambda entry: (entry["type"], entry["path"]))


def run_command(
    person: Person, channel_id: int, path: Sequence[str], options: Mapping[str, Any]
) -> Interaction:
    """Run a slash command by its path of names."""
    channel = _open_channel(person, channel_id)
    root, leaf, nesting = _find(person, channel, path)
    resolver = Resolver(person, channel_id)
    built = build_options(leaf, options, resolver)
    data = _data(root, nest_options(root, nesting, built), resolver)
    return dispatch_interaction(person, enums.InteractionType.APPLICATION_COMMAND, channel_id, data)


def start_autocomplete(
    person: Person, channel_id: int, path: Sequence[str], options: Mapping[str, Any], focused: str
) -> Interaction:
    """Ask the bot for choices of the option that is being typed."""
    channel = _open_channel(person, channel_id)
    root, leaf, nesting = _find(person, channel, path)
    built = typed_options(leaf, options, focused, Resolver(person, channel_id))
    data = _data(root, nest_options(root, nesting, built), None)
    kind = enums.InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE
    return dispatch_interaction(person, kind, channel_id, data)


def run_context_menu(person: Person, channel_id: int, command_id: int, target_id: int) -> Interaction:
    """Run a command of the menu of a person or a message."""
    channel = _open_channel(person, channel_id)
    command = next(
        (
            item
            for kind in (enums.AppCommandType.USER, enums.AppCommandType.MESSAGE)
            for item in _registered(person, channel, kind)
            if item["id"] == str(command_id)
        ),
        None,
    )
    if command is None:
        raise unknown("unknown_command", f"No context menu here has a command with the ID {command_id}.")
    _require_access(person, channel, command)
    resolver = Resolver(person, channel_id)
    if command["type"] == enums.AppCommandType.USER:
        resolver.user("target_id", str(target_id))
    else:
        target = person.message(channel_id, target_id)
        payload = dict(serializers.message_payload(person.world.backend, target))
        resolver.resolved["messages"] = {str(target_id): payload}
    data = _data(command, None, resolver)
    data["target_id"] = str(target_id)
    return dispatch_interaction(person, enums.InteractionType.APPLICATION_COMMAND, channel_id, data)


def _open_channel(person: Person, channel_id: int) -> Channel:
    """Return the channel if commands can be used there; categories and forums have no composer."""
    channel = person.channel(channel_id)
    if not holds_messages(channel):
        raise RefusedError("not_a_text_channel", "Commands are used in channels that hold messages.")
    return channel


def _registered(person: Person, channel: Channel, kind: enums.AppCommandType) -> list[Command]:
    """Return the commands of the guild and the global ones; a guild's shadows a global of its name."""
    by_name: dict[str, Command] = {}
    scopes = (None,) if channel.guild_id is None else (None, channel.guild_id)
    for scope in scopes:
        for command in person.world.backend.commands.get(scope, {}).values():
            if command.get("type", CHAT) == kind:
                by_name[command["name"]] = command
    return list(by_name.values())


def _access(person: Person, channel: Channel, command: Command) -> str | None:
    """Return why the person may not use the command here; nothing if the person may."""
    backend = person.world.backend
    access = command_access(backend, command, user_id=person.id, channel_id=channel.id)
    return None if access.allowed else access.reason or "unknown"


def _require_access(person: Person, channel: Channel, command: Command) -> None:
    reason = _access(person, channel, command)
    if reason is None:
        return
    if reason == "use-application-commands":
        # Names a running timeout instead of the permission that it takes away.
        person.require(channel, "use_application_commands")
    why = _REASONS.get(reason, reason)
    raise forbidden("command_not_allowed", f"{person.user.name} cannot use {command['name']} here: {why}.")


def _entries(command: Command, kind: enums.AppCommandType) -> list[Command]:
    shared: Command = {
        "id": command["id"],
        "application_id": command["application_id"],
        "type": int(kind),
        "guild_id": command.get("guild_id"),
    }
    if kind != CHAT:
        own = {"name": command["name"], "path": [command["name"]], "description": "", "options": []}
        return [{**shared, **own}]
    return [
        {
            **shared,
            "name": " ".join(path),
            "path": list(path),
            "description": leaf.get("description", ""),
            "options": leaf.get("options") or [],
        }
        for path, leaf in command_leaves(command)
    ]


def _find(person: Person, channel: Channel, path: Sequence[str]) -> tuple[Command, Command, list[str]]:
    name = path[0] if path else ""
    root = next((item for item in _registered(person, channel, CHAT) if item["name"] == name), None)
    if root is None:
        raise unknown(
            "unknown_command",
            f"There is no command /{name} here. If the bot's code has it, it was not synced yet.",
        )
    _require_access(person, channel, root)
    try:
        leaf, nesting = walk_to_subcommand(root, list(path[1:]))
    except SetupError as error:
        raise unknown("unknown_command", f"/{name} has no subcommand {' '.join(path[1:])!r}.") from error
    if any(option.get("type") in (1, 2) for option in parts(leaf, "options")):
        raise RefusedError("incomplete_command", f"/{' '.join(path)} needs one of its subcommands.")
    return root, leaf, nesting


def _data(root: Command, options: list[Command] | None, resolver: Resolver | None) -> dict[str, Any]:
    data: dict[str, Any] = {"id": root["id"], "name": root["name"], "type": int(root.get("type", CHAT))}
    if options:
        data["options"] = options
    if resolver is not None and resolver.resolved:
        data["resolved"] = resolver.resolved
    if root.get("guild_id"):
        data["guild_id"] = root["guild_id"]
    return data
