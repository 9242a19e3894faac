"""The world: simcord's backend with a clock, ids and memory that suit a program that keeps running.

The only file that imports simcord or discord; everything else of the sandbox takes their names
from here. simcord declares all of this private, so the exact version is checked at import.
"""

# pyright: standard

from __future__ import annotations

import base64
import copy
import logging
import random
import string
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import quote

from guildwright.kernel.limits import DISCORD_EPOCH_MS, ID_TIME_SHIFT, INTERACTION_TOKEN_SECONDS

from .quiet import without_warnings

# simcord tries its assumptions on a discord.Client that nobody uses; what that lacks is no news.
with without_warnings("discord.client", "discord.state"):
    import discord
from simcord import components, enums, intents
from simcord.backend import Backend as SimcordBackend
from simcord.backend import errors, models, permissions, serializers
from simcord.backend.access import (
    channel_accessible,
    message_accessible,
    reaction_permissions,
)
from simcord.backend.cdn import CDN_BASE, CdnStore, sticker_url
from simcord.backend.command_access import command_access
from simcord.backend.errors import BackendError, OptionError, SetupError
from simcord.backend.models import Channel, Guild, Interaction, Member, Message, Role, User
from simcord.components import (
    walk_components,
)
from simcord.http import RouteNotImplemented, UnsupportedField, dispatch, route
from simcord.interactions import (
    base_payload,
    build_options,
    command_leaves,
    nest_options,
    validate_option_value,
    walk_to_subcommand,
)

from .clock import SandboxClock
from .embeds import file_addresses, resolve_embeds
from .settings import PresenceState, WorldSettings
from .traffic import TrafficLog

if TYPE_CHECKING:
    from simcord.env import Env

    from .gateway.hub import GatewayHub

__all__ = (
    "CDN_BASE",
    "PERMISSION_BITS",
    "SIMCORD_VERSION",
    "Backend",
    "BackendError",
    "Channel",
    "Guild",
    "Interaction",
    "Member",
    "Message",
    "OptionError",
    "PresenceState",
    "Role",
    "RouteNotImplemented",
    "SetupError",
    "UnsupportedField",
    "User",
    "World",
    "WorldSettings",
    "base_payload",
    "build_options",
    "channel_accessible",
    "command_access",
    "command_leaves",
    "components",
    "dispatch",
    "enums",
    "errors",
    "message_accessible",
    "models",
    "nest_options",
    "open_environment",
    "permissions",
    "reaction_permissions",
    "route",
    "serializers",
    "validate_option_value",
    "walk_components",
    "walk_to_subcommand",
)

SIMCORD_VERSION = "3.2.1"
AUDIT_LOG_LIMIT = 1_000
# discord.py knows three of them by older names than Discord.
_DISCORD_NAMES = {
    "read_messages": "view_channel",
    "external_emojis": "use_external_emojis",
    "external_stickers": "use_external_stickers",
}
PERMISSION_BITS: dict[str, int] = {
    _DISCORD_NAMES.get(name, name): permissions.flag(name) for name, _ in discord.Permissions.all()
}

EventListener = Callable[[str, dict[str, Any]], None]
Part = TypeVar("Part")

logger = logging.getLogger("guildwright.sandbox")


def _check_simcord() -> None:
    found = version("simcord")
    if found != SIMCORD_VERSION:
        raise ImportError(
            f"The sandbox is written against simcord {SIMCORD_VERSION}, but {found} is installed. "
            f"Install the right one: pip install simcord=={SIMCORD_VERSION}"
        )


_check_simcord()


def open_environment(bot: discord.Client) -> Env:
    """Put one bot into simcord's in-process Discord, whose clock stands until it is advanced."""
    from simcord.env import Env  # noqa: PLC0415 - only for tests in which hours pass

    return Env(bot)


def _tell_more() -> None:
    """Let simcord's payloads of guilds and channels carry the fields that it has no place for."""
    guild_payload, channel_payload = serializers.guild_create_payload, serializers.channel_payload

    def whole_guild(backend: Any, guild: Guild) -> Any:
        if not isinstance(backend, Backend):
            return guild_payload(backend, guild)
        own = {"vanity_url_code": guild.vanity_url_code}
        return {**guild_payload(backend, guild), **own, **backend.guild_extras.get(guild.id, {})}

    def whole_channel(backend: Any, channel: Channel) -> Any:
        payload = channel_payload(backend, channel)
        if not isinstance(backend, Backend):
            return payload
        if channel.is_thread:
            return {**payload, **backend.channel_extras.get(channel.id, {})}
        return {**payload, **backend.extras_of(channel.id)}

    serializers.guild_create_payload, serializers.channel_payload = whole_guild, whole_channel


_tell_more()


class BoundedCdn(CdnStore):
    """Files under the world's own address; those of messages that fell out of the history go with them."""

    base = CDN_BASE

    def put(self, path: str, data: bytes) -> str:
        """Keep `data` at `path` below the base and return its address."""
        url = self.address(path)
        self._blobs[url] = data
        return url

    def address(self, path: str) -> str:
        return f"{self.base}/{quote(path)}"

    def store_attachment(
        self, attachment_id: int, channel_id: int, filename: str, data: bytes, description: str | None
    ) -> dict[str, Any]:
        payload = super().store_attachment(attachment_id, channel_id, filename, b"", description)
        self.discard(payload["url"])
        url = self.put(f"attachments/{channel_id}/{attachment_id}/{filename}", data)
        return {**payload, "size": len(data), "url": url, "proxy_url": url}

    def store_sticker(self, sticker_id: int, format_type: int, data: bytes) -> str:
        return self.put(sticker_url(sticker_id, format_type).removeprefix(f"{CDN_BASE}/"), data)

    @property
    def uploads(self) -> dict[str, bytes]:
        """Every file by its address."""
        return self._blobs

    def discard(self, url: str) -> None:
        self._blobs.pop(url, None)


class Backend(SimcordBackend):
    """State, permissions and payloads of one world; forgets what would grow for ever."""

    clock: SandboxClock
    cdn: BoundedCdn

    def __init__(self, clock: SandboxClock, settings: WorldSettings, seed: int | None) -> None:
        self.random = random.Random(seed)  # noqa: S311 — repeatable by design, guards nothing outside loopback
        self._settings = settings
        self._last_ms = 0
        self._sequence = 0
        self._last_guild_ms: int | None = None
        # Per guild: fields of its payload that simcord has no place for, and objects of a kind it lacks.
        self.guild_extras: dict[int, dict[str, Any]] = {}
        self.guild_records: dict[int, dict[str, Any]] = {}
        self.channel_extras: dict[int, dict[str, Any]] = {}
        self.channel_to_come: dict[str, Any] = {}
        self.also_changed: list[dict[str, Any]] = []
        self.actions_instead: Mapping[int, int] = {}
        self._extras_to_come: dict[str, Any] = {}
        super().__init__(clock=cast("Any", clock))
        self.cdn = BoundedCdn()
        self.transcript = cast("Any", deque(maxlen=0))
        self.http_requests = cast("Any", deque(maxlen=0))

    def snowflake(self) -> int:
        """A new id: later than all before, though the clock may stand still."""
        self.clock.tick()
        now = int(self.clock.now().timestamp() * 1000) - DISCORD_EPOCH_MS
        if now > self._last_ms:
            self._last_ms, self._sequence = now, 0
        else:
            self._sequence += 1
        return (self._last_ms << ID_TIME_SHIFT) + self._sequence

    def guild_snowflake(self) -> int:
        """An id a millisecond older than the guild before, so that guilds spread over shards."""
        latest = int(self.clock.now().timestamp() * 1000) - DISCORD_EPOCH_MS
        self._last_guild_ms = (self._last_guild_ms or latest) - 1
        return self._last_guild_ms << ID_TIME_SHIFT

    def create_guild(self, name: str, *, id: int | None = None, **settings: Any) -> Guild:  # noqa: A002 — simcord's name
        if id is None and "shard_id" not in settings:
            id = self.guild_snowflake()  # noqa: A001 — simcord's name
        return super().create_guild(name, id=id, **settings)

    def create_channel(self, guild_id: int | None, name: str | None, **fields: Any) -> Channel:
        """Create a channel; `extras` are fields of its payload that simcord has no place for."""
        fields, self.channel_to_come = {**fields, **self.channel_to_come}, {}
        self._extras_to_come = fields.pop("extras", {})
        try:
            channel = super().create_channel(guild_id, name, **fields)
        finally:
            extras, self._extras_to_come = self._extras_to_come, {}
        if extras:
            self.channel_extras[channel.id] = extras
        return channel

    def delete_channel(self, channel_id: int) -> None:
        gone = list(self.messages.get(channel_id, {}).values())
        super().delete_channel(channel_id)
        self.channel_extras.pop(channel_id, None)
        self._drop_files(gone)

    def remove_guild(self, guild_id: int) -> None:
        guild = self.get_guild(guild_id)
        rooms = (*guild.channel_ids, *guild.thread_ids)
        gone = [message for room in rooms for message in self.messages.get(room, {}).values()]
        super().remove_guild(guild_id)
        self._drop_files(gone)

    def delete_message(self, channel_id: int, message_id: int) -> None:
        message = self.get_message(channel_id, message_id)
        super().delete_message(channel_id, message_id)
        self._drop_files([message])

    def bulk_delete_messages(self, channel_id: int, message_ids: Iterable[int]) -> list[int]:
        known = dict(self.messages.get(channel_id, {}))
        deleted = super().bulk_delete_messages(channel_id, message_ids)
        self._drop_files([known[message_id] for message_id in deleted])
        return deleted

    def _drop_files(self, gone: list[Message]) -> None:
        """Forget the files of deleted messages, but those that a forward of one shows."""
        lost = {url for message in gone for url in file_addresses(message)}
        if not lost:
            return
        forwards = (one for history in self.messages.values() for one in history.values() if one.snapshots)
        shown = "".join(repr(one.snapshots) for one in forwards)
        for url in lost:
            if url not in shown:
                self.cdn.discard(url)

    def extras_of(self, channel_id: int) -> dict[str, Any]:
        """What a channel's payload has beyond simcord's; a channel being made has it already."""
        known = self.channel_extras.get(channel_id)
        newest = next(reversed(self.channels), None)
        return self._extras_to_come if known is None and channel_id == newest else known or {}

    def token(self, length: int) -> str:
        """Random characters of the world's own generator, repeatable with a seed."""
        alphabet = string.ascii_letters + string.digits + "_-"
        return "".join(self.random.choices(alphabet, k=length))

    def emit(self, event: str, payload: Mapping[str, Any]) -> None:
        """Hand an event to everyone who listens; one that fails does not take it from the others."""
        for listener in tuple(self.subscribers):
            try:
                listener(event, payload)
            except Exception:
                logger.exception("a listener failed at %s", event)

    def commit_message(self, message: Message, *, broadcast: bool = True) -> Message:
        message.embeds, message.attachments = resolve_embeds(message.embeds, message.attachments)
        committed = super().commit_message(message, broadcast=broadcast)
        history = self.messages[message.channel_id]
        while len(history) > self._settings.message_limit:
            forgotten = history.pop(next(iter(history)))
            for url in file_addresses(forgotten):
                self.cdn.discard(url)
        return committed

    def edit_message(self, channel_id: int, message_id: int, fields: dict[str, Any]) -> Message:
        if fields.get("embeds"):
            known = fields.get("attachments", self.get_message(channel_id, message_id).attachments)
            embeds, attachments = resolve_embeds(fields["embeds"], known or [])
            fields = {**fields, "embeds": embeds, "attachments": attachments}
        return super().edit_message(channel_id, message_id, fields)

    def _mention_state(
        self,
        channel: Channel,
        author_id: int,
        content: str,
        policy: models.AllowedMentions,
        reply_author_id: int | None,
    ) -> tuple[list[int], list[int], list[int], list[int], bool]:
        """Discord lists whom a message mentions, not who stands in its text: suppressed ones are left out."""
        state = super()._mention_state(channel, author_id, content, policy, reply_author_id)
        _, roles, ping_users, ping_roles, everyone = state
        mentioned = [role for role in dict.fromkeys(roles) if policy.allows_role(role)]
        return ping_users, mentioned, ping_users, ping_roles, everyone

    def new_interaction(self, type: int, channel_id: int, user_id: int, guild_id: int | None) -> Interaction:  # noqa: A002 — simcord's name
        record = super().new_interaction(type, channel_id, user_id, guild_id)
        self.interaction_tokens.pop(record.token)
        record.token = self.token(64)
        self.interaction_tokens[record.token] = record.id
        self._forget_interactions(record.id)
        return record

    def _forget_interactions(self, newest: int) -> None:
        limit = newest - (2 * INTERACTION_TOKEN_SECONDS * 1000 << ID_TIME_SHIFT)
        while (oldest := next(iter(self.interactions))) < limit:
            del self.interaction_tokens[self.interactions.pop(oldest).token]

    def record_audit_log(self, guild_id: int, action_type: int, **entry: Any) -> models.AuditLogEntry:
        """Write an entry; what `also_changed` holds belongs to the same one."""
        changes, self.also_changed = [*(entry.pop("changes", None) or ()), *self.also_changed], []
        entry["changes"] = changes
        action_type = self.actions_instead.get(action_type, action_type)
        recorded = super().record_audit_log(guild_id, action_type, **entry)
        entries = self.get_guild(guild_id).audit_log_entries
        del entries[: max(0, len(entries) - AUDIT_LOG_LIMIT)]
        return recorded


class World:
    """One application's Discord: guilds, people, the bot, its token, its sessions."""

    gateway: GatewayHub

    def __init__(self, name: str = "default", *, seed: int | None = None) -> None:
        self.name = name
        self.seed = seed
        self.clock = SandboxClock(seeded=seed is not None)
        self.application_settings = WorldSettings()
        self.backend = Backend(self.clock, self.application_settings, seed)
        self.traffic = TrafficLog(self.clock)
        self.presences: dict[int, PresenceState] = {}
        self._parts: dict[Any, Any] = {}
        self.owner_id = 0
        self.token = ""
        self.reset_token()
        self.client_secret = self.backend.token(32)

    @property
    def bot_id(self) -> int:
        return self.backend.bot_user.id

    def part(self, kind: Callable[[World], Part]) -> Part:
        """The one object of a kind that belongs to this world, made when it is first asked for."""
        found = self._parts.get(kind)
        if found is None:
            found = self._parts[kind] = kind(self)
        return cast("Part", found)

    def reset_token(self) -> str:
        """Give the application a new token, in the shape of a real one."""
        head = base64.urlsafe_b64encode(str(self.bot_id).encode()).decode().rstrip("=")
        self.token = f"{head}.{self.backend.token(6)}.{self.backend.token(38)}"
        return self.token

    def subscribe(self, listener: EventListener) -> Callable[[], None]:
        """Call `listener(event, payload)` with everything that happens; returns what takes it off again."""
        subscribers = cast("list[EventListener]", self.backend.subscribers)
        subscribers.append(listener)

        def unsubscribe() -> None:
            if listener in subscribers:
                subscribers.remove(listener)

        return unsubscribe

    def presence(self, user_id: int) -> PresenceState:
        return self.presences.get(user_id, PresenceState())

    def set_presence(
        self, user_id: int, state: PresenceState, *, among: Callable[[int], bool] | None = None
    ) -> None:
        """Show `state` in every guild that the user is in, or those for whose id `among` says yes."""
        self.presences[user_id] = state
        for guild in tuple(self.backend.guilds.values()):
            if user_id in guild.members and (among is None or among(guild.id)):
                self.backend.emit("PRESENCE_UPDATE", self.presence_payload(guild.id, user_id))

    def presence_payload(self, guild_id: int, user_id: int) -> dict[str, Any]:
        """PRESENCE_UPDATE as Discord sends it: an invisible person is offline to others."""
        state = self.presence(user_id)
        status = "offline" if state.status == "invisible" else state.status
        return {
            "user": {"id": str(user_id)},
            "guild_id": str(guild_id),
            "status": status,
            "activities": list(state.activities),
            "client_status": {} if status == "offline" else {"desktop": status},
        }

    def bot_sees(self, channel_id: int) -> bool:
        """Whether the bot may view the channel."""
        return channel_accessible(self.backend, channel_id, self.bot_id)

    def without_content(self, event: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a bot without the message-content intent gets: the given payload if nothing is hidden."""
        if event not in {"MESSAGE_CREATE", "MESSAGE_UPDATE", "INTERACTION_CREATE"}:
            return payload
        hidden = copy.deepcopy(dict(payload))
        if event == "INTERACTION_CREATE":
            changed = self._hide_in_interaction(hidden)
        else:
            changed = intents.censor_message(hidden, self.bot_id, backend=self.backend)
        return hidden if changed else payload

    def _hide_in_interaction(self, payload: dict[str, Any]) -> bool:
        """A component shows its own message in full, a message command the message it was run on."""
        changed = False
        data = payload.get("data") or {}
        if payload.get("type") in {3, 5} and isinstance(payload.get("message"), dict):
            changed = intents.censor_message(
                payload["message"], self.bot_id, backend=self.backend, exempt_root=True
            )
        for message_id, message in ((data.get("resolved") or {}).get("messages") or {}).items():
            chosen = data.get("type") == 3 and str(data.get("target_id")) == str(message_id)
            changed |= intents.censor_message(message, self.bot_id, backend=self.backend, exempt_root=chosen)
        return changed
