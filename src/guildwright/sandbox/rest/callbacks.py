"""The initial response to an interaction: three seconds, once, of a type that fits."""

from datetime import datetime
from typing import Any, cast

from guildwright.kernel import limits
from guildwright.sandbox.rest import errors
from guildwright.sandbox.rest.call import Answer, Call
from guildwright.sandbox.rest.interactions import EphemeralChange, board_of
from guildwright.sandbox.rest.message_rules import message_errors
from guildwright.sandbox.rest.messages import check_message
from guildwright.sandbox.rest.option_rules import choice_errors
from guildwright.sandbox.rest.routes import table
from guildwright.sandbox.world import BackendError, Interaction

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
_NOT_MODELLED = {10: "PREMIUM_REQUIRED", 12: "LAUNCH_ACTIVITY"}
_FITTING = {
    COMMAND: {MESSAGE, DEFER, MODAL},
    COMPONENT: {MESSAGE, DEFER, DEFER_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {MESSAGE, DEFER, DEFER_UPDATE, UPDATE},
}
_ROOT: errors.Path = ("data",)
_IGNORED = {"nonce", "enforce_nonce"}


@table.on("POST", "/interactions/{interaction_id}/{token}/callback")
def respond(call: Call) -> Any:
    record = _waiting(call)
    kind = _fitting_type(call, record)
    data = call.body.get("data")
    if data is not None and not isinstance(data, dict):
        raise errors.invalid_form(errors.not_an_object(_ROOT))
    typed = cast("dict[str, Any]", data or {})
    _check_data(call, kind, typed)
    payload = call.forward(json=_without_nonce(call.body, typed), root=_ROOT)
    _announce(call, record, kind)
    return payload if call.flag("with_response") else Answer(204)


def _without_nonce(body: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Leave out what discord.js sends with every message and Discord ignores here."""
    if not _IGNORED & data.keys():
        return body
    return {**body, "data": {key: value for key, value in data.items() if key not in _IGNORED}}


def _waiting(call: Call) -> Interaction:
    """The interaction, if it may still be answered."""
    record = call.world.backend.interactions.get(call.snowflake("interaction_id"))
    if record is None or record.token != call.args["token"]:
        raise _unknown_interaction()
    if record.responded:
        raise BackendError(400, 40060, "Interaction has already been acknowledged.")
    deadline = datetime.fromisoformat(str(record.initial_response_deadline))
    if call.world.clock.now() >= deadline:
        board_of(call.world).expire_due()
        raise _unknown_interaction()
    return record


def _unknown_interaction() -> BackendError:
    return BackendError(404, 10062, "Unknown interaction")


def _fitting_type(call: Call, record: Interaction) -> int:
    kind = call.body.get("type")
    if kind is None:
        raise errors.invalid_form(errors.required("type"))
    if not isinstance(kind, int):
        raise errors.invalid_form(errors.not_an_integer(("type",), kind))
    if kind in _NOT_MODELLED:
        raise errors.not_modelled(f"the interaction callback {_NOT_MODELLED[kind]}")
    fitting = _FITTING.get(record.type, set())
    if kind not in fitting:
        raise errors.invalid_form(errors.not_a_choice(("type",), sorted(fitting)))
    return kind


def _check_data(call: Call, kind: int, data: dict[str, Any]) -> None:
    if kind == MESSAGE:
        check_message(data, files=bool(call.files), root=_ROOT)
    elif kind == UPDATE:
        errors.refuse(errors.beneath(_ROOT, message_errors(data)))
    elif kind == CHOICES:
        _check_choices(data.get("choices"))
    elif kind == MODAL and not data:
        raise errors.invalid_form(errors.required("data"))


def _check_choices(choices: Any) -> None:
    path = ("data", "choices")
    if not isinstance(choices, list):
        raise errors.invalid_form(errors.required(*path))
    listed = cast("list[Any]", choices)
    if len(listed) > limits.AUTOCOMPLETE_CHOICES:
        raise errors.invalid_form(errors.too_long(path, limits.AUTOCOMPLETE_CHOICES))
    for index, choice in enumerate(listed):
        is_text = isinstance(choice, dict) and isinstance(cast("dict[str, Any]", choice).get("value"), str)
        errors.refuse(choice_errors(choice, 3 if is_text else 10, (*path, index)))


def _announce(call: Call, record: Interaction, kind: int) -> None:
    board = board_of(call.world)
    if kind in (MESSAGE, DEFER) and record.message_id is not None and record.ephemeral:
        board.ephemeral(EphemeralChange("message", record.channel_id, record.message_id, record.user_id))
    elif kind == UPDATE and record.message_id is not None:
        announce_edit(call, record, record.message_id)
    board.answered(record, kind)


def announce_edit(call: Call, record: Interaction, message_id: int) -> None:
    """Tell of an edit that the gateway keeps quiet about."""
    message = call.world.backend.messages.get(record.channel_id, {}).get(message_id)
    if message is not None and message.is_ephemeral:
        board_of(call.world).ephemeral(
            EphemeralChange("message_update", record.channel_id, message_id, record.user_id)
        )
