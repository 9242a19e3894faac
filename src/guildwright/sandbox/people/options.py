"""The values a person gives a slash command, checked as a client checks them before it sends."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from guildwright.sandbox.people.refusal import RefusedError
from guildwright.sandbox.people.sending import Upload, check_size
from guildwright.sandbox.people.texts import parts
from guildwright.sandbox.world import OptionError, enums, validate_option_value

if TYPE_CHECKING:
    from guildwright.sandbox.people.resolving import Resolver

Option = dict[str, Any]

_TYPE_NAMES: Final = {
    enums.OptionType.STRING: "a text",
    enums.OptionType.INTEGER: "a whole number",
    enums.OptionType.NUMBER: "a number",
    enums.OptionType.BOOLEAN: "true or false",
    enums.OptionType.USER: "the ID of a person",
    enums.OptionType.CHANNEL: "the ID of a channel",
    enums.OptionType.ROLE: "the ID of a role",
    enums.OptionType.MENTIONABLE: "the ID of a person or role",
    enums.OptionType.ATTACHMENT: "a file",
}
_PICKED: Final = frozenset(
    {
        enums.OptionType.USER,
        enums.OptionType.CHANNEL,
        enums.OptionType.ROLE,
        enums.OptionType.MENTIONABLE,
    }
)
_CODES: Final = {
    "option-type": "wrong_option_type",
    "option-length": "option_length",
    "option-range": "option_range",
    "option-integer-range": "option_range",
    "option-choice": "not_a_choice",
    "option-file-type": "wrong_file_type",
}


def build_options(leaf: Option, given: Mapping[str, Any], resolver: Resolver) -> list[Option]:
    """Return the options as Discord sends them, in the command's own order.

    Raises:
        RefusedError: an option is unknown, missing, of the wrong type or outside its limits.
    """
    declared = _declared(leaf)
    _refuse_unknown(leaf, declared, given)
    for name, option in declared.items():
        if option.get("required") and name not in given:
            raise RefusedError("missing_option", f"/{leaf['name']} needs the option {name!r}.")
    present = [option for name, option in declared.items() if name in given]
    # Files are stored last: a refused command leaves nothing behind.
    values = {option["name"]: _check(leaf, option, given[option["name"]], resolver) for option in present}
    for name, value in values.items():
        if isinstance(value, Upload):
            values[name] = resolver.attachment(value)
    return [_wire(option, values[option["name"]]) for option in present]


def typed_options(leaf: Option, given: Mapping[str, Any], focused: str, resolver: Resolver) -> list[Option]:
    """Return the options of an unfinished command, the focused one as typed so far.

    Discord leaves out what is not valid yet; so does this.
    """
    declared = _declared(leaf)
    _refuse_unknown(leaf, declared, {focused: None, **given})
    if not declared[focused].get("autocomplete"):
        raise RefusedError("no_autocomplete", f"The option {focused!r} offers no autocomplete.")
    built: list[Option] = []
    for name, option in declared.items():
        if name == focused:
            typed = given.get(name, "")
            text = typed if isinstance(typed, str) else str(typed)
            built.append({**_wire(option, text), "focused": True})
        elif name in given and option["type"] != enums.OptionType.ATTACHMENT:
            try:
                built.append(_wire(option, _check(leaf, option, given[name], resolver)))
            except RefusedError:
                continue
    return built


def read_upload(name: str, value: object) -> Upload:
    """Return the file of `{"filename": …, "data_base64": …}`."""
    fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    filename, data = fields.get("filename"), fields.get("data_base64")
    if not isinstance(filename, str) or not isinstance(data, str) or not filename.strip():
        raise RefusedError("wrong_option_type", f"{name}: give a file as filename and data_base64.")
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RefusedError("wrong_option_type", f"{name}: data_base64 is not valid base64.") from error
    check_size(filename, content)
    return Upload(filename.replace("\\", "/").rsplit("/", 1)[-1] or "file", content)


def _declared(leaf: Option) -> dict[str, Option]:
    return {option["name"]: option for option in parts(leaf, "options")}


def _refuse_unknown(leaf: Option, declared: Mapping[str, Option], given: Mapping[str, Any]) -> None:
    strange = next((name for name in given if name not in declared), None)
    if strange is not None:
        known = ", ".join(declared) or "none"
        raise RefusedError(
            "unknown_option", f"/{leaf['name']} has no option {strange!r}; its options are: {known}."
        )


def _check(leaf: Option, option: Option, value: object, resolver: Resolver) -> Any:
    kind = enums.OptionType(option["type"])
    name = option["name"]
    if kind in _PICKED:
        return _pick(kind, option, value, resolver)
    checked: Any = value
    upload: Upload | None = None
    if kind == enums.OptionType.ATTACHMENT:
        upload = read_upload(name, value)
        checked = (upload.filename, upload.data)
    try:
        checked = validate_option_value(leaf["name"], option, checked)
    except OptionError as error:
        raise _refusal(kind, name, error) from error
    return upload if upload is not None else checked


def _pick(kind: enums.OptionType, option: Option, value: object, resolver: Resolver) -> str:
    name = option["name"]
    if not isinstance(value, str):
        raise RefusedError("wrong_option_type", f"The option {name!r} takes {_TYPE_NAMES[kind]}.")
    if kind == enums.OptionType.CHANNEL:
        return resolver.channel(name, value, option.get("channel_types"))
    if kind == enums.OptionType.ROLE:
        return resolver.role(name, value)
    if kind == enums.OptionType.MENTIONABLE:
        return resolver.mentionable(name, value)
    return resolver.user(name, value)


def _refusal(kind: enums.OptionType, name: str, error: OptionError) -> RefusedError:
    code = _CODES.get(error.code, "wrong_option_type")
    if code == "wrong_option_type":
        return RefusedError(code, f"The option {name!r} takes {_TYPE_NAMES[kind]}.")
    return RefusedError(code, f"{error}.")


def _wire(option: Option, value: object) -> Option:
    return {"name": option["name"], "type": option["type"], "value": value}
