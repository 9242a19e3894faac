"""Webhooks by token: followups and the original response of interactions, and incoming webhooks.

An interaction's token lives 15 minutes and opens only after the initial response.
"""

from datetime import datetime
from typing import Any

from guildwright.kernel import limits
from guildwright.sandbox.rest import errors
from guildwright.sandbox.rest.call import Answer, Call, is_snowflake
from guildwright.sandbox.rest.callbacks import announce_edit
from guildwright.sandbox.rest.interactions import EphemeralChange, board_of
from guildwright.sandbox.rest.message_rules import message_errors
from guildwright.sandbox.rest.messages import check_message
from guildwright.sandbox.rest.routes import table
from guildwright.sandbox.world import BackendError, Interaction


@table.on("POST", "/webhooks/{webhook_id}/{token}")
def execute(call: Call) -> Any:
    record = _interaction(call)
    if record is None:
        return _execute_incoming(call)
    if record.loading:
        errors.refuse(message_errors(call.body))
        return _edited(call, record, record.message_id)
    check_message(call.body, files=bool(call.files))
    sent = call.forward()
    if int(sent["flags"]) & (1 << 6):
        board_of(call.world).ephemeral(
            EphemeralChange("message", record.channel_id, int(sent["id"]), record.user_id)
        )
    return sent


def _execute_incoming(call: Call) -> Any:
    if "thread_id" in call.query:
        raise errors.not_modelled("thread_id when a webhook is executed")
    body = {**call.body}
    if not call.flag("with_components"):
        body.pop("components", None)
    check_message(body, files=bool(call.files))
    sent = call.forward()
    return sent if call.flag("wait") else Answer(204)


@table.on("GET", "/webhooks/{webhook_id}/{token}/messages/{message_id}")
def get_message(call: Call) -> Any:
    _interaction(call)
    return call.forward()


@table.on("PATCH", "/webhooks/{webhook_id}/{token}/messages/{message_id}")
def edit_message(call: Call) -> Any:
    record = _interaction(call)
    errors.refuse(message_errors(call.body))
    if record is None:
        return call.forward()
    return _edited(call, record, _target(call, record))


@table.on("DELETE", "/webhooks/{webhook_id}/{token}/messages/{message_id}")
def delete_message(call: Call) -> None:
    record = _interaction(call)
    target = _target(call, record) if record else None
    message = call.world.backend.messages.get(record.channel_id, {}).get(target or 0) if record else None
    was_waiting = record is not None and record.loading and target == record.message_id
    call.forward()
    if record is not None and was_waiting:
        # Nothing waits any more: the next followup is a message of its own
        # (https://github.com/discord/discord-api-docs/issues/2739).
        record.complete_deferred()
    if record is not None and message is not None and message.is_ephemeral:
        board_of(call.world).ephemeral(
            EphemeralChange("message_delete", record.channel_id, message.id, record.user_id)
        )


def _edited(call: Call, record: Interaction, message_id: int | None) -> Any:
    was_loading = record.loading
    edited = call.forward()
    if message_id is not None:
        announce_edit(call, record, message_id)
    if was_loading and not record.loading:
        board_of(call.world).completed(record)
    return edited


def _target(call: Call, record: Interaction) -> int | None:
    name = call.args["message_id"]
    if name == "@original":
        return record.message_id
    return int(name) if is_snowflake(name) else None


def _interaction(call: Call) -> Interaction | None:
    """The interaction a token belongs to; None when the webhook is an ordinary one.

    Raises:
        BackendError: 50027 for a token that is wrong or over, 10015 before the initial response.
    """
    backend = call.world.backend
    if call.snowflake("webhook_id") != backend.application_id:
        return _known_webhook(call)
    record = backend.interactions.get(backend.interaction_tokens.get(call.args["token"], 0))
    if record is None or call.world.clock.now() >= datetime.fromisoformat(str(record.expires_at)):
        raise errors.invalid_webhook_token()
    if not record.responded:
        raise errors.unknown_webhook()
    return record


def _known_webhook(call: Call) -> None:
    webhook = call.world.backend.webhooks.get(call.snowflake("webhook_id"))
    if webhook is None:
        raise errors.unknown_webhook()
    if webhook.token != call.args["token"]:
        raise errors.invalid_webhook_token()


@table.on("POST", "/channels/{channel_id}/webhooks")
def create_webhook(call: Call) -> Any:
    channel_id = call.snowflake("channel_id")
    webhooks = call.world.backend.webhooks.values()
    if sum(webhook.channel_id == channel_id for webhook in webhooks) >= limits.CHANNEL_WEBHOOKS:
        raise BackendError(400, 30007, f"Maximum number of webhooks reached ({limits.CHANNEL_WEBHOOKS})")
    return call.forward()
