"""Reads a world file and refuses wrong ones with the path of every wrong value."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from guildwright.kernel import limits
from guildwright.kernel.errors import GuildwrightError
from guildwright.kernel.exit_code import ExitCode
from guildwright.sandbox.world_file.shape import (
    CROWD,
    EVERYONE,
    GUILDS,
    ChannelPart,
    GuildPart,
    OverwritePart,
    WorldFile,
)

_SHOWN: Final = 20
_LARGEST = 64 * 1024 * 1024


class WorldFileError(GuildwrightError):
    """A world file cannot be used; the sentence names what is wrong where."""

    code = "world_file"
    exit_code = ExitCode.CONFIG


def read_world_file(file: Path) -> WorldFile:
    """Read and check a world file, JSON or YAML.

    Raises:
        WorldFileError: It cannot be read, or something in it is wrong.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise WorldFileError(f"{file} is larger than {_LARGEST // 1024**2} MB.")
        document: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise WorldFileError(f"{file} cannot be read: {error}.") from error
    except yaml.YAMLError as error:
        raise WorldFileError(f"{file} is no YAML or JSON: {_in_a_line(error)}") from error
    return check_document(document, str(file))


def check_document(document: Any, name: str) -> WorldFile:
    """Return the world that a document describes.

    Raises:
        WorldFileError: Something in it is wrong; `name` says where it comes from.
    """
    try:
        # As JSON, so that what YAML knows beyond it (dates, sets) is refused like any wrong type.
        world = WorldFile.model_validate_json(json.dumps(document, default=str))
    except ValidationError as error:
        raise _refusal(name, [_told(one) for one in error.errors()]) from error
    if problems := list(_contradictions(world)):
        raise _refusal(name, problems)
    return world


def _refusal(name: str, problems: list[str]) -> WorldFileError:
    shown = [
        *problems[:_SHOWN],
        *([f"… and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []),
    ]
    return WorldFileError(
        "\n  ".join([f"{name} is not used:", *shown]), hint="\nThe form: guildwright sandbox schema"
    )


def _told(error: Any) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"])
    text = str(error["msg"]).removeprefix("Value error, ")
    return f"{path.lstrip('.') or 'the file'}: {text[:1].lower()}{text[1:]}"


def _in_a_line(error: yaml.YAMLError) -> str:
    return " ".join(str(error).split())


# --- what fits each by itself but not together ----------------------------------------------------------


def _contradictions(world: WorldFile) -> Iterator[str]:
    people = {person.name for person in world.people}
    names = Counter(person.name for person in world.people)
    for index, person in enumerate(world.people):
        if names[person.name] > 1:
            yield f"people[{index}].name: {person.name!r} is there twice"
        if person.name.startswith(CROWD):
            yield f"people[{index}].name: names in {CROWD!r} are those of the crowd"
    if world.owner not in people:
        yield f"owner: there is no person {world.owner!r}"
    if (total := sum(guild.count for guild in world.guilds)) > GUILDS:
        yield f"guilds: {total} are too many; a world has at most {GUILDS}"
    for index, guild in enumerate(world.guilds):
        yield from _in_guild(f"guilds[{index}]", guild, people)


def _in_guild(path: str, guild: GuildPart, people: set[str]) -> Iterator[str]:
    if guild.owner not in people:
        yield f"{path}.owner: there is no person {guild.owner!r}"
    roles = Counter(role.handle for role in guild.roles)
    for index, role in enumerate(guild.roles):
        if roles[role.handle] > 1:
            yield f"{path}.roles[{index}]: {role.handle!r} is there twice; give one of them a key"
    if sum(role.bot for role in guild.roles) > (1 if guild.bot else 0):
        yield f"{path}.roles: the bot has one role of its own, where it is a member"
    known = {EVERYONE, *roles}
    members = Counter(member.person for member in guild.members)
    for index, member in enumerate(guild.members):
        place = f"{path}.members[{index}]"
        if member.person not in people:
            yield f"{place}.person: there is no person {member.person!r}"
        elif members[member.person] > 1:
            yield f"{place}.person: {member.person!r} is there twice"
        for number, role in enumerate(member.roles):
            if role not in roles:
                yield f"{place}.roles[{number}]: there is no role {role!r}"
    yield from _in_channels(path, guild, known, people)


def _in_channels(path: str, guild: GuildPart, roles: set[str], people: set[str]) -> Iterator[str]:
    everything = list(_walk(f"{path}.channels", guild.channels))
    if len(everything) > limits.GUILD_CHANNELS:
        yield f"{path}.channels: {len(everything)} are too many; a guild has at most {limits.GUILD_CHANNELS}"
    if sum(channel.system for _, channel in everything) > 1:
        yield f"{path}.channels: only one of them is the system channel"
    for place, channel in everything:
        if channel.channels and channel.type != "category":
            yield f"{place}.channels: only a category contains channels"
        if channel.type == "category" and place.count(".channels[") > 1:
            yield f"{place}.type: a category stands in no category"
        for index, overwrite in enumerate(channel.overwrites):
            yield from _in_overwrite(f"{place}.overwrites[{index}]", overwrite, roles, people)


def _in_overwrite(path: str, overwrite: OverwritePart, roles: set[str], people: set[str]) -> Iterator[str]:
    if (overwrite.role is None) == (overwrite.person is None):
        yield f"{path}: name a role or a person, and not both"
    elif overwrite.role is not None and overwrite.role not in roles:
        yield f"{path}.role: there is no role {overwrite.role!r}"
    elif overwrite.person is not None and overwrite.person not in people:
        yield f"{path}.person: there is no person {overwrite.person!r}"
    if both := sorted({*overwrite.allow} & {*overwrite.deny}):
        yield f"{path}: {', '.join(both)} cannot be both allowed and denied"


def _walk(path: str, channels: list[ChannelPart]) -> Iterator[tuple[str, ChannelPart]]:
    for index, channel in enumerate(channels):
        yield f"{path}[{index}]", channel
        yield from _walk(f"{path}[{index}].channels", channel.channels)
