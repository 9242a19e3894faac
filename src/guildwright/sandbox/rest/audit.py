"""Audit-log entries of what simcord carries out without writing one, with the reason that was given.

A call is looked at before and after: what it changed is compared, and the entry is written when something did
change and nobody else wrote one. Entries hold the fields that are plain values, under Discord's names.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from enum import IntEnum
from typing import Any, Final, cast

from guildwright.sandbox.rest.call import Answer, Call
from guildwright.sandbox.rest.routes import table
from guildwright.sandbox.world import BackendError


class Action(IntEnum):
    """Discord's numbers of the entries written here."""

    CHANNEL_UPDATE = 11
    CHANNEL_DELETE = 12
    OVERWRITE_CREATE = 13
    OVERWRITE_UPDATE = 14
    OVERWRITE_DELETE = 15
    INVITE_CREATE = 40
    INVITE_DELETE = 42
    WEBHOOK_CREATE = 50
    WEBHOOK_UPDATE = 51
    WEBHOOK_DELETE = 52
    EMOJI_CREATE = 60
    EMOJI_UPDATE = 61
    EMOJI_DELETE = 62
    MESSAGE_PIN = 74
    MESSAGE_UNPIN = 75
    STAGE_INSTANCE_CREATE = 83
    STAGE_INSTANCE_UPDATE = 84
    STAGE_INSTANCE_DELETE = 85
    STICKER_CREATE = 90
    STICKER_UPDATE = 91
    STICKER_DELETE = 92
    THREAD_CREATE = 110
    THREAD_UPDATE = 111
    THREAD_DELETE = 112
    AUTO_MODERATION_RULE_CREATE = 140
    AUTO_MODERATION_RULE_UPDATE = 141
    AUTO_MODERATION_RULE_DELETE = 142


THREADS_INSTEAD: Final = {
    int(Action.CHANNEL_UPDATE): int(Action.THREAD_UPDATE),
    int(Action.CHANNEL_DELETE): int(Action.THREAD_DELETE),
}
_TOLD: Final = frozenset(
    {
        "name",
        "description",
        "tags",
        "channel_id",
        "enabled",
        "event_type",
        "trigger_type",
        "topic",
        "privacy_level",
        "code",
        "max_age",
        "max_uses",
        "temporary",
        "uses",
        "archived",
        "locked",
        "invitable",
        "auto_archive_duration",
        "rate_limit_per_user",
        "allow",
        "deny",
    }
)
_CHANNEL = r"/channels/(?P<channel>\d+)"
_GUILD = r"/guilds/(?P<guild>\d+)"
_ROUTES: Final = (
    ("POST", rf"{_CHANNEL}(?:/messages/\d+)?/threads", Action.THREAD_CREATE),
    ("PATCH", _CHANNEL, Action.THREAD_UPDATE),
    ("DELETE", _CHANNEL, Action.THREAD_DELETE),
    ("PUT", rf"{_CHANNEL}/permissions/(?P<overwrite>\d+)", Action.OVERWRITE_UPDATE),
    ("DELETE", rf"{_CHANNEL}/permissions/(?P<overwrite>\d+)", Action.OVERWRITE_DELETE),
    ("POST", rf"{_CHANNEL}/invites", Action.INVITE_CREATE),
    ("DELETE", r"/invites/(?P<invite>[^/]+)", Action.INVITE_DELETE),
    ("POST", rf"{_CHANNEL}/(?:webhooks|followers)", Action.WEBHOOK_CREATE),
    ("PATCH", r"/webhooks/(?P<webhook>\d+)", Action.WEBHOOK_UPDATE),
    ("DELETE", r"/webhooks/(?P<webhook>\d+)", Action.WEBHOOK_DELETE),
    ("POST", rf"{_GUILD}/emojis", Action.EMOJI_CREATE),
    ("PATCH", rf"{_GUILD}/emojis/(?P<target>\d+)", Action.EMOJI_UPDATE),
    ("DELETE", rf"{_GUILD}/emojis/(?P<target>\d+)", Action.EMOJI_DELETE),
    ("PUT", rf"{_CHANNEL}/(?:messages/)?pins/(?P<message>\d+)", Action.MESSAGE_PIN),
    ("DELETE", rf"{_CHANNEL}/(?:messages/)?pins/(?P<message>\d+)", Action.MESSAGE_UNPIN),
    ("POST", "/stage-instances", Action.STAGE_INSTANCE_CREATE),
    ("PATCH", r"/stage-instances/(?P<channel>\d+)", Action.STAGE_INSTANCE_UPDATE),
    ("DELETE", r"/stage-instances/(?P<channel>\d+)", Action.STAGE_INSTANCE_DELETE),
    ("POST", rf"{_GUILD}/stickers", Action.STICKER_CREATE),
    ("PATCH", rf"{_GUILD}/stickers/(?P<target>\d+)", Action.STICKER_UPDATE),
    ("DELETE", rf"{_GUILD}/stickers/(?P<target>\d+)", Action.STICKER_DELETE),
    ("POST", rf"{_GUILD}/auto-moderation/rules", Action.AUTO_MODERATION_RULE_CREATE),
    ("PATCH", rf"{_GUILD}/auto-moderation/rules/(?P<target>\d+)", Action.AUTO_MODERATION_RULE_UPDATE),
    ("DELETE", rf"{_GUILD}/auto-moderation/rules/(?P<target>\d+)", Action.AUTO_MODERATION_RULE_DELETE),
)
_BY_METHOD: Final = {
    wanted: tuple((re.compile(pattern), action) for method, pattern, action in _ROUTES if method == wanted)
    for wanted in ("POST", "PATCH", "PUT", "DELETE")
}

Fields = dict[str, Any]


@dataclass(slots=True)
class _Watch:
    """One call whose effect belongs in the audit log."""

    call: Call
    action: Action
    args: dict[str, str]
    guild_id: int
    before: Fields
    newest: int

    def write(self, result: Any) -> None:
        """Write the entry, unless nothing changed or somebody wrote one."""
        if _newest(self.call, self.guild_id) != self.newest:
            return
        after = self._after(result)
        if self.before == after:
            return
        action = self.action
        if action is Action.OVERWRITE_UPDATE and not self.before:
            action = Action.OVERWRITE_CREATE
        self.call.world.backend.record_audit_log(
            self.guild_id,
            action,
            target_id=self._target(after),
            changes=_changes(self.before, after),
            options=self._options(),
            reason=self.call.reason,
        )

    def _after(self, result: Any) -> Fields:
        if self.call.method == "DELETE" and "message" not in self.args:
            return {}
        if self.call.method == "POST":
            payload = result.payload if isinstance(result, Answer) else result
            return dict(cast("Fields", payload)) if isinstance(payload, dict) else {}
        return _present(self.call, self.args)

    def _target(self, after: Fields) -> int | None:
        if "message" in self.args:
            return int(self.before["author_id"])
        if "overwrite" in self.args:
            return int(self.args["channel"])
        known = self.args.get("target") or self.args.get("webhook")
        found = known or after.get("webhook_id") or after.get("id") or self.before.get("id")
        return None if found is None else int(found)

    def _options(self) -> Fields | None:
        if "message" in self.args:
            return {"channel_id": self.args["channel"], "message_id": self.args["message"]}
        if self.action in (Action.STAGE_INSTANCE_UPDATE, Action.STAGE_INSTANCE_DELETE):
            return {"channel_id": self.args["channel"]}
        if self.action is Action.STAGE_INSTANCE_CREATE:
            return {"channel_id": str(self.call.body["channel_id"])}
        if "overwrite" not in self.args:
            return None
        role = self.call.world.backend.guilds[self.guild_id].roles.get(int(self.args["overwrite"]))
        about = {"id": self.args["overwrite"], "type": "1" if role is None else "0"}
        return about if role is None else {**about, "role_name": role.name}


@contextmanager
def watched(call: Call) -> Generator[list[Any]]:
    """Carry a call out in here and append its result: its entry is written at the end."""
    watch, results = _watch(call), list[Any]()
    backend = call.world.backend
    is_thread = watch is not None and watch.action in (Action.THREAD_UPDATE, Action.THREAD_DELETE)
    backend.actions_instead = THREADS_INSTEAD if is_thread else {}
    try:
        yield results
    finally:
        backend.actions_instead = {}
    if watch is not None and results:
        watch.write(results[0])


def _watch(call: Call) -> _Watch | None:
    for pattern, action in _BY_METHOD.get(call.method, ()):
        if (match := pattern.fullmatch(call.path)) is not None:
            args = match.groupdict()
            guild_id = _guild_of(call, args)
            if guild_id not in call.world.backend.guilds or not _is_meant(call, action, args):
                return None
            return _Watch(call, action, args, guild_id, _present(call, args), _newest(call, guild_id))
    return None


def _is_meant(call: Call, action: Action, args: dict[str, str]) -> bool:
    """Of channels that are no threads simcord writes the entries itself."""
    if action not in (Action.THREAD_UPDATE, Action.THREAD_DELETE):
        return True
    return call.world.backend.channels[int(args["channel"])].is_thread


def _guild_of(call: Call, args: dict[str, str]) -> int:
    """The guild that a call is about, 0 for none."""
    backend = call.world.backend
    if "guild" in args:
        return int(args["guild"])
    if "webhook" in args:
        webhook = backend.webhooks.get(int(args["webhook"]))
        return (webhook.guild_id if webhook else None) or 0
    if "invite" in args:
        invite = backend.invites.get(args["invite"])
        return invite.guild_id if invite else 0
    given = args.get("channel") or str(call.body.get("channel_id"))
    channel = backend.channels.get(int(given)) if given.isdecimal() else None
    return (channel.guild_id if channel else None) or 0


def _present(call: Call, args: dict[str, str]) -> Fields:
    """What a call is about as it is now; empty for what is not there."""
    backend = call.world.backend
    if "invite" in args:
        return asdict(backend.invites[args["invite"]])
    if "message" in args:
        message = backend.messages.get(int(args["channel"]), {}).get(int(args["message"]))
        return {} if message is None else {"author_id": message.author_id, "pinned": message.pinned}
    if "overwrite" in args:
        own = backend.channels[int(args["channel"])].overwrites
        found = next((one for one in own if one.target_id == int(args["overwrite"])), None)
        return {} if found is None else {"allow": str(found.allow), "deny": str(found.deny)}
    return {} if call.method == "POST" else _read(call)


def _read(call: Call) -> Fields:
    asking = replace(call, method="GET", json=None, files=(), query={})
    try:
        found = table.find("GET", call.path)
        if found is None:
            return dict(asking.forward())
        route, asking.args = found
        return dict(route.handler(asking))
    except BackendError:
        return {}  # what is not there is refused by the call itself


def _newest(call: Call, guild_id: int) -> int:
    entries = call.world.backend.guilds[guild_id].audit_log_entries
    return entries[-1].id if entries else 0


def _changes(before: Fields, after: Fields) -> list[Fields]:
    old, new = _flat(before), _flat(after)
    differing = [key for key in sorted(_TOLD) if old.get(key) != new.get(key)]
    return [_change(key, old.get(key), new.get(key)) for key in differing]


def _change(key: str, old: Any, new: Any) -> Fields:
    told: Fields = {"key": key, "old_value": old, "new_value": new}
    return {name: value for name, value in told.items() if value is not None}


def _flat(fields: Fields) -> Fields:
    """Discord tells what is nested in a thread's payload beside the rest."""
    return {**fields, **cast("Fields", fields.get("thread_metadata") or {})}
