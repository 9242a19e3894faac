"""The pin routes that clients older than July 2025 use; the answers are those of the new ones."""

from typing import Any

from guildwright.kernel import limits
from guildwright.sandbox.rest.call import Call
from guildwright.sandbox.rest.routes import table
from guildwright.sandbox.world import BackendError


@table.on("GET", "/channels/{channel_id}/pins")
def old_list(call: Call) -> Any:
    found = call.forward(path=f"/channels/{call.args['channel_id']}/messages/pins")
    return [item["message"] for item in found["items"]]


@table.on("PUT", "/channels/{channel_id}/pins/{message_id}")
def old_pin(call: Call) -> Any:
    _check_room(call)
    return call.forward(path=_path(call))


@table.on("PUT", "/channels/{channel_id}/messages/pins/{message_id}")
def pin(call: Call) -> Any:
    _check_room(call)
    return call.forward()


@table.on("DELETE", "/channels/{channel_id}/pins/{message_id}")
def old_unpin(call: Call) -> Any:
    return call.forward(path=_path(call))


def _path(call: Call) -> str:
    return f"/channels/{call.args['channel_id']}/messages/pins/{call.args['message_id']}"


def _check_room(call: Call) -> None:
    messages = call.world.backend.messages.get(call.snowflake("channel_id"), {})
    if sum(message.pinned for message in messages.values()) >= limits.MESSAGE_PINS:
        raise BackendError(400, 30003, f"Maximum number of pins reached ({limits.MESSAGE_PINS})")
