"""Which session gets which event, and in what shape.

The hot path of the sandbox: an event is serialised once per shape, a session is asked one bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from guildwright.sandbox.world import permissions

from .guilds import guild_create, guild_update
from .intents import DIRECT_GATES, GUILD_GATES, NEEDED_PERMISSION, VIEWED_CHANNEL, Intent

if TYPE_CHECKING:
    from guildwright.sandbox.world import World

    from .session import Session

CARRIES_CONTENT = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE", "INTERACTION_CREATE"})
CHANGES_VIEW = frozenset(
    {
        "GUILD_CREATE",
        "GUILD_UPDATE",
        "GUILD_DELETE",
        "GUILD_MEMBER_UPDATE",
        "GUILD_ROLE_UPDATE",
        "GUILD_ROLE_DELETE",
        "CHANNEL_UPDATE",
        "CHANNEL_DELETE",
        "THREAD_UPDATE",
        "THREAD_DELETE",
        "THREAD_MEMBERS_UPDATE",
    }
)
OF_THE_GUILD = frozenset({"GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"})
OF_THE_APPLICATION = ("ENTITLEMENT_", "SUBSCRIPTION_")


class Delivery:
    """Routes a world's events to the sessions of the right shards."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions: tuple[Session, ...] = ()
        self._routes: dict[int | None, tuple[Session, ...]] = {}
        self._seen: dict[int, bool] = {}
        self.withheld: set[int] = set()

    def route_to(self, sessions: Iterable[Session]) -> None:
        """Deliver to these sessions from now on."""
        self._sessions = tuple(sessions)
        self._routes.clear()

    def deliver(self, event: str, payload: Mapping[str, Any]) -> None:
        """Send an event to every session that may have it."""
        if event in CHANGES_VIEW:
            self._seen.clear()
        guild_id = _guild_of(event, payload)
        sessions = self._route(guild_id)
        if guild_id in self.withheld:
            return
        if not sessions or not self._in_guild(event, guild_id) or not self._may_know(event, payload):
            return
        gate = (DIRECT_GATES if guild_id is None else GUILD_GATES).get(event, 0)
        shapes: dict[bool, bytes] = {}
        for session in sessions:
            if gate and not session.intents & gate and not self._exempt(event, payload):
                continue
            if event == "THREAD_MEMBERS_UPDATE" and not self._shows_thread_members(session, payload):
                continue
            self._send(session, event, payload, shapes)

    def withhold(self, guild_id: int) -> int:
        """Tell that a guild is unavailable, and nothing more of it; returns how many sessions heard."""
        sessions = [session for session in self._route(guild_id) if session.intents & Intent.GUILDS]
        if guild_id not in self.withheld:
            self.withheld.add(guild_id)
            for session in sessions:
                self._dispatch(session, "GUILD_DELETE", {"id": str(guild_id), "unavailable": True})
        return len(sessions)

    def release(self, guild_id: int) -> None:
        """Send a guild anew; `unavailable` being false tells a bot that it knows this guild."""
        self.withheld.discard(guild_id)
        guild = self._world.backend.guilds.get(guild_id)
        if guild is None or self._world.bot_id not in guild.members:
            return
        for session in self._route(guild_id):
            if session.intents & Intent.GUILDS:
                returned = guild_create(self._world, session, guild)
                self._dispatch(session, "GUILD_CREATE", {**returned, "unavailable": False})

    def _dispatch(self, session: Session, event: str, payload: Mapping[str, Any]) -> None:
        body = orjson.dumps(payload)
        session.dispatch(event, body)
        self._world.traffic.add("event", event, body, shard=session.shard_id, sequence=session.sequence)

    def _send(
        self, session: Session, event: str, payload: Mapping[str, Any], shapes: dict[bool, bytes]
    ) -> None:
        if event == "GUILD_CREATE":
            guild = self._world.backend.guilds[int(payload["id"])]
            joined = guild_create(self._world, session, guild)
            del joined["unavailable"]  # its absence is what tells a bot that the guild is new to it
            body = orjson.dumps(joined)
        else:
            hides = session.hides_content and event in CARRIES_CONTENT
            if (body := shapes.get(hides)) is None:
                body = shapes[hides] = orjson.dumps(self._shape(event, payload, hides))
        session.dispatch(event, body)
        self._world.traffic.add("event", event, body, shard=session.shard_id, sequence=session.sequence)

    def _shape(self, event: str, payload: Mapping[str, Any], hides: bool) -> Mapping[str, Any]:
        if event == "GUILD_UPDATE":
            return guild_update(payload)
        return self._world.without_content(event, payload) if hides else payload

    def _route(self, guild_id: int | None) -> tuple[Session, ...]:
        """The sessions of the guild's shard; what belongs to no guild goes to shard 0."""
        route = self._routes.get(guild_id)
        if route is None:
            if guild_id is None:
                route = tuple(session for session in self._sessions if session.shard_id == 0)
            else:
                route = tuple(session for session in self._sessions if session.owns(guild_id))
            self._routes[guild_id] = route
        return route

    def _in_guild(self, event: str, guild_id: int | None) -> bool:
        """Whether the bot is still in the guild; that it is not, it is told by GUILD_DELETE."""
        guild = None if guild_id is None else self._world.backend.guilds.get(guild_id)
        return guild is None or event == "GUILD_DELETE" or self._world.bot_id in guild.members

    def _may_know(self, event: str, payload: Mapping[str, Any]) -> bool:
        """Whether the bot's permissions let it learn of the event."""
        field = VIEWED_CHANNEL.get(event)
        if field is not None:
            channel_id = int(payload[field])
            seen = self._seen.get(channel_id)
            if seen is None:
                seen = self._seen[channel_id] = self._world.bot_sees(channel_id)
            return seen
        permission = NEEDED_PERMISSION.get(event)
        return permission is None or self._bot_has(permission, payload)

    def _bot_has(self, permission: str, payload: Mapping[str, Any]) -> bool:
        channel = payload.get("channel_id")
        held = self._world.backend.compute_permissions(
            int(payload["guild_id"]), self._world.bot_id, None if channel is None else int(channel)
        )
        return bool(held & permissions.flag(permission))

    def _exempt(self, event: str, payload: Mapping[str, Any]) -> bool:
        """A bot always learns what happens to its own member."""
        return event == "GUILD_MEMBER_UPDATE" and payload["user"]["id"] == str(self._world.bot_id)

    def _shows_thread_members(self, session: Session, payload: Mapping[str, Any]) -> bool:
        """Without the members intent only the bot's own joining and leaving is told."""
        if session.intents & Intent.GUILD_MEMBERS:
            return True
        bot = str(self._world.bot_id)
        added = (member["user_id"] for member in payload.get("added_members", ()))
        return bot in added or bot in payload.get("removed_member_ids", ())


def _guild_of(event: str, payload: Mapping[str, Any]) -> int | None:
    if event.startswith(OF_THE_APPLICATION):
        return None
    guild_id = payload.get("id" if event in OF_THE_GUILD else "guild_id")
    return None if guild_id is None else int(guild_id)
