"""Shapes of request bodies: which field, what type, which bounds.

A declarative table for routes that simcord serves itself. It also names the fields that simcord
reads and drops: the sandbox refuses them (501) instead of pretending that they took effect.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from guildwright.sandbox.rest.call import Call, is_snowflake
from guildwright.sandbox.rest.errors import (
    FieldError,
    above,
    below,
    not_a_choice,
    not_a_list,
    not_a_snowflake,
    not_an_integer,
    not_modelled,
    refuse,
    required,
    wrong_length,
)


@dataclass(frozen=True, slots=True)
class Text:
    """A string with a length."""

    low: int
    high: int
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within bounds, or one of a few."""

    low: int = 0
    high: int = 2**63
    choices: tuple[int, ...] = ()
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Snowflake:
    """An ID."""

    needed: bool = False


@dataclass(frozen=True, slots=True)
class Snowflakes:
    """A list of IDs."""

    needed: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """simcord would forget the value, so anything but what it means already is refused."""

    harmless: tuple[Any, ...] = (None,)
    needed: bool = False


Rule = Text | Number | Snowflake | Snowflakes | Dropped
Shape = dict[str, Rule]

_ARCHIVE = Number(choices=(60, 1440, 4320, 10080))
_CHANNEL: Shape = {
    "topic": Text(0, 4096),
    "rate_limit_per_user": Number(0, 21_600),
    "user_limit": Number(0, 99),
    "bitrate": Number(8_000, 384_000),
    "parent_id": Snowflake(),
    "auto_archive_duration": _ARCHIVE,
}
_ROLE: Shape = {"name": Text(1, 100), "color": Number(0, 0xFFFFFF), "permissions": Number()}
_THREAD: Shape = {
    "name": Text(1, 100, needed=True),
    "auto_archive_duration": _ARCHIVE,
    "rate_limit_per_user": Dropped((None, 0)),
    "invitable": Dropped((None, True)),
}
_WEBHOOK: Shape = {"name": Text(1, 80), "avatar": Dropped()}
_PURGE: Shape = {"delete_message_seconds": Number(0, 604_800), "delete_message_days": Number(0, 7)}

_SHAPES: dict[str, Shape] = {
    "POST /guilds/{}/channels": {
        **_CHANNEL,
        "name": Text(1, 100, needed=True),
        "type": Number(choices=(0, 2, 4, 5, 13, 15)),
    },
    "PATCH /channels/{}": {**_CHANNEL, "name": Text(1, 100)},
    "PUT /channels/{}/permissions/{}": {
        "type": Number(choices=(0, 1), needed=True),
        "allow": Number(),
        "deny": Number(),
    },
    "POST /guilds/{}/roles": _ROLE,
    "PATCH /guilds/{}/roles/{}": _ROLE,
    "PATCH /guilds/{}/members/{}": {"nick": Text(0, 32), "roles": Snowflakes(), "channel_id": Snowflake()},
    "PATCH /guilds/{}/members/@me": {"nick": Text(0, 32)},
    "PUT /guilds/{}/bans/{}": _PURGE,
    "POST /guilds/{}/bulk-ban": {**_PURGE, "user_ids": Snowflakes(needed=True)},
    "PATCH /guilds/{}": {"name": Text(2, 100), "afk_timeout": Number(choices=(60, 300, 900, 1800, 3600))},
    "POST /guilds": {"icon": Dropped()},
    "POST /channels/{}/threads": _THREAD,
    "POST /channels/{}/messages/{}/threads": _THREAD,
    "POST /channels/{}/invites": {
        "max_age": Number(0, 604_800),
        "max_uses": Number(0, 100),
        "unique": Dropped((None, True, False)),
    },
    "POST /channels/{}/webhooks": {**_WEBHOOK, "name": Text(1, 80, needed=True)},
    "PATCH /webhooks/{}": _WEBHOOK,
    "POST /users/@me/channels": {"recipient_id": Snowflake(needed=True)},
    "PATCH /guilds/{}/emojis/{}": {"name": Text(2, 32), "roles": Snowflakes()},
    "POST /channels/{}/followers": {"webhook_channel_id": Snowflake(needed=True)},
}

_ID_SEGMENT = re.compile(r"(?<=/)\d+(?=/|$)")
_NOUNS = frozenset(
    [
        "channels",
        "guilds",
        "messages",
        "members",
        "roles",
        "bans",
        "emojis",
        "stickers",
        "webhooks",
        "interactions",
        "users",
    ]
)
_NAMED = frozenset(
    [
        "@me",
        "@original",
        "pins",
        "bulk-delete",
        "search",
        "templates",
        "member-counts",
        "welcome-screen",
        "onboarding",
        "slack",
        "github",
    ]
)


def check_shape(call: Call) -> None:
    """Refuse IDs that are none and fields of the wrong type or size.

    Raises:
        BackendError: 50035 naming every wrong field, or 501 for a field that would be dropped.
    """
    _check_ids(call.path)
    shape = _SHAPES.get(f"{call.method} {_ID_SEGMENT.sub('{}', call.path)}")
    if shape is None:
        return
    refuse(_wrong_fields(call, shape))


def _check_ids(path: str) -> None:
    segments = path.strip("/").split("/")
    for noun, value in pairwise(segments):
        if noun in _NOUNS and not is_snowflake(value) and value not in _NAMED:
            refuse([not_a_snowflake((f"{noun.rstrip('s')}_id",), value)])


def _wrong_fields(call: Call, shape: Shape) -> Iterator[FieldError]:
    body = call.body
    for name, rule in shape.items():
        value = body.get(name)
        if isinstance(rule, Dropped):
            if value not in rule.harmless:
                raise not_modelled(f"the field(s) [{name}] of {call.method} {call.path}")
        elif value is None:
            if rule.needed:
                yield required(name)
        else:
            yield from _wrong_value(name, value, rule)


def _wrong_value(name: str, value: Any, rule: Text | Number | Snowflake | Snowflakes) -> Iterator[FieldError]:
    if isinstance(rule, Text):
        yield from _wrong_text(name, value, rule)
    elif isinstance(rule, Number):
        yield from _wrong_number(name, value, rule)
    elif isinstance(rule, Snowflake):
        if not is_snowflake(str(value)):
            yield not_a_snowflake((name,), value)
    elif not isinstance(value, list):
        yield not_a_list((name,))
    else:
        for index, item in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            if not is_snowflake(str(item)):  # pyright: ignore[reportUnknownArgumentType]
                yield not_a_snowflake((name, index), item)  # pyright: ignore[reportUnknownArgumentType]


def _wrong_text(name: str, value: Any, rule: Text) -> Iterator[FieldError]:
    if not isinstance(value, str):
        yield FieldError((name,), "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
    elif not rule.low <= len(value) <= rule.high:
        yield wrong_length((name,), rule.low, rule.high)


def _wrong_number(name: str, value: Any, rule: Number) -> Iterator[FieldError]:
    text = str(value)
    if isinstance(value, bool) or not text.lstrip("-").isdecimal():
        yield not_an_integer((name,), value)
        return
    number = int(text)
    if rule.choices and number not in rule.choices:
        yield not_a_choice((name,), rule.choices)
    elif number < rule.low:
        yield below((name,), rule.low)
    elif number > rule.high:
        yield above((name,), rule.high)
