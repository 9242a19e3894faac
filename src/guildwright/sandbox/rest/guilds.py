"""Guild routes where Discord answers otherwise than simcord: members, bans, emoji, leaving."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from guildwright.kernel import limits
from guildwright.sandbox.rest import errors
from guildwright.sandbox.rest.application import guild_counts
from guildwright.sandbox.rest.call import Call
from guildwright.sandbox.rest.images import decode_image
from guildwright.sandbox.rest.routes import table
from guildwright.sandbox.world import permissions, serializers

_EMOJI_NAME = re.compile(rf"^\w{{{limits.EMOJI_NAME_MINIMUM},{limits.EMOJI_NAME}}}$")


@table.on("GET", "/guilds/{guild_id}")
def guild(call: Call) -> Any:
    """A guild as REST has it: GUILD_CREATE without what only the gateway adds."""
    guild_id = call.snowflake("guild_id")
    payload = rest_guild(call.forward())
    if call.flag("with_counts"):
        payload |= guild_counts(call.world, call.world.backend.guilds[guild_id])
    return payload


def rest_guild(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A guild's payload without what only GUILD_CREATE tells."""
    return {key: value for key, value in payload.items() if key not in _ONLY_ON_THE_GATEWAY}


_ONLY_ON_THE_GATEWAY = frozenset(
    [
        "members",
        "channels",
        "threads",
        "presences",
        "voice_states",
        "joined_at",
        "large",
        "unavailable",
        "member_count",
        "stage_instances",
        "guild_scheduled_events",
        "soundboard_sounds",
    ]
)


@table.on("GET", "/guilds/{guild_id}/members")
def members(call: Call) -> Any:
    if "members" not in call.world.application_settings.privileged_intents:
        raise errors.missing_access()
    call.integer("limit", 1, 1, limits.MEMBER_PAGE)
    return call.forward()


@table.on("GET", "/guilds/{guild_id}/members/search")
def search_members(call: Call) -> Any:
    """Members whose name or nick begins with the query."""
    query = call.query.get("query", "").lower()
    if not query:
        raise errors.invalid_form(errors.required("query"))
    limit = call.integer("limit", 1, 1, limits.MEMBER_PAGE)
    backend = call.world.backend
    found = backend.get_guild(call.snowflake("guild_id"))
    payloads: list[dict[str, Any]] = []
    for member in found.members.values():
        user = backend.users[member.user_id]
        names = (user.name, user.global_name, member.nick)
        if any(name and name.lower().startswith(query) for name in names):
            payloads.append(dict(serializers.member_payload(backend, found, member)))
    return payloads[:limit]


@table.on("GET", "/guilds/{guild_id}/bans")
def bans(call: Call) -> Any:
    _require(call, "ban_members")
    limit = call.integer("limit", limits.BAN_PAGE, 1, limits.BAN_PAGE)
    listed = sorted(call.forward(), key=lambda ban: int(ban["user"]["id"]))
    after = call.integer("after", 0, 0, 1 << 64)
    return [ban for ban in listed if int(ban["user"]["id"]) > after][:limit]


@table.on("GET", "/guilds/{guild_id}/bans/{user_id}")
def ban(call: Call) -> Any:
    _require(call, "ban_members")
    return call.forward()


def _require(call: Call, *names: str) -> None:
    backend = call.world.backend
    granted = backend.compute_permissions(call.snowflake("guild_id"), call.world.bot_id)
    if not all(granted & permissions.flag(name) for name in names):
        raise errors.missing_permissions()


@table.on("PUT", "/guilds/{guild_id}/bans/{user_id}")
def ban_member(call: Call) -> Any:
    seconds = _purge_seconds(call)
    call.forward()
    _purge(call, {call.snowflake("user_id")}, seconds)


@table.on("POST", "/guilds/{guild_id}/bulk-ban")
def ban_members(call: Call) -> Any:
    seconds = _purge_seconds(call)
    result = call.forward()
    if not result["banned_users"]:
        raise errors.BackendError(400, 500000, "Failed to ban users")
    _purge(call, {int(user_id) for user_id in result["banned_users"]}, seconds)
    return result


def _purge_seconds(call: Call) -> int:
    body = call.body
    return int(body.get("delete_message_seconds") or int(body.get("delete_message_days") or 0) * 86_400)


def _purge(call: Call, user_ids: set[int], seconds: int) -> None:
    """Delete what the banned wrote in the last seconds, one bulk event per channel."""
    if not seconds:
        return
    backend = call.world.backend
    since = call.world.clock.now() - timedelta(seconds=seconds)
    banned_from = backend.get_guild(call.snowflake("guild_id"))
    for channel_id in (*banned_from.channel_ids, *banned_from.thread_ids):
        gone = [
            message.id
            for message in backend.messages.get(channel_id, {}).values()
            if message.author_id in user_ids and datetime.fromisoformat(message.timestamp) >= since
        ]
        if gone:
            backend.bulk_delete_messages(channel_id, gone)


@table.on("PATCH", "/guilds/{guild_id}/members/{user_id}")
def edit_member(call: Call) -> Any:
    until = call.body.get("communication_disabled_until")
    if until is not None:
        _check_timeout(call, until)
    return call.forward()


def _check_timeout(call: Call, until: Any) -> None:
    field = ("communication_disabled_until",)
    try:
        end = datetime.fromisoformat(str(until))
    except ValueError as error:
        raise errors.invalid_form(
            errors.FieldError(field, "DATE_TIME_TYPE_PARSE", f"Could not parse {until}. Should be ISO8601.")
        ) from error
    if end > call.world.clock.now() + timedelta(seconds=limits.TIMEOUT_SECONDS, minutes=1):
        raise errors.invalid_form(
            errors.FieldError(
                field, "INVALID_COMMUNICATION_DISABLED_TIMESTAMP", "Invalid timeout: at most 28 days."
            )
        )


@table.on("DELETE", "/users/@me/guilds/{guild_id}")
def leave_guild(call: Call) -> None:
    """The bot leaves; the guild and its people stay, unlike in simcord."""
    backend = call.world.backend
    left = backend.get_guild(call.snowflake("guild_id"))
    if left.owner_id == call.world.bot_id:
        raise errors.BackendError(400, 50055, "Invalid Guild")
    backend.remove_member(left.id, call.world.bot_id)
    backend.emit("GUILD_DELETE", {"id": str(left.id)})


@table.on("POST", "/guilds/{guild_id}/emojis")
def create_emoji(call: Call) -> Any:
    _require(call, "manage_expressions")
    name, data, extension = _emoji_image(call)
    backend = call.world.backend
    emoji = backend.create_emoji(
        call.snowflake("guild_id"),
        name,
        call.world.bot_id,
        animated=extension == "gif",
        role_ids=[int(role_id) for role_id in cast("list[Any]", call.body.get("roles") or [])],
    )
    backend.cdn.put(f"emojis/{emoji.id}", data)
    return serializers.guild_emoji_payload(backend, emoji)


@table.on("POST", "/applications/{application_id}/emojis")
def create_application_emoji(call: Call) -> Any:
    name, data, extension = _emoji_image(call)
    backend = call.world.backend
    emoji = backend.create_application_emoji(name, animated=extension == "gif")
    backend.cdn.put(f"emojis/{emoji.id}", data)
    return serializers.guild_emoji_payload(backend, emoji)


def _emoji_image(call: Call) -> tuple[str, bytes, str]:
    body = call.body
    errors.refuse(errors.required(key) for key in ("name", "image") if body.get(key) is None)
    name = str(body["name"])
    if not _EMOJI_NAME.match(name):
        raise errors.invalid_form(
            errors.wrong_length(("name",), limits.EMOJI_NAME_MINIMUM, limits.EMOJI_NAME)
        )
    return (name, *decode_image(body["image"], "image", limit=limits.EMOJI_BYTES))


def guild_guard(call: Call) -> None:
    """Refuse every guild route of a guild that the bot is not in."""
    segments = call.path.strip("/").split("/")
    if segments[0] != "guilds" or len(segments) < 2:
        return
    if segments[1] == "templates":
        return
    if not segments[1].isdecimal():
        raise errors.invalid_form(errors.not_a_snowflake(("guild_id",), segments[1]))
    found = call.world.backend.guilds.get(int(segments[1]))
    if found is None:
        raise errors.unknown_guild()
    if call.world.bot_id not in found.members:
        raise errors.unknown_guild() if len(segments) == 2 else errors.missing_access()
