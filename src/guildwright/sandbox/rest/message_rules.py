"""What Discord demands of a message body; components and stickers are checked by simcord."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit

from guildwright.kernel import limits
from guildwright.sandbox.rest.errors import (
    FieldError,
    Path,
    above,
    not_a_list,
    not_an_integer,
    not_an_object,
    required,
    too_long,
    wrong_length,
)

_EMBED_TEXTS = {
    ("title",): limits.EMBED_TITLE,
    ("description",): limits.EMBED_DESCRIPTION,
    ("footer", "text"): limits.EMBED_FOOTER,
    ("author", "name"): limits.EMBED_AUTHOR,
}
_FIELD_TEXTS = (("name", limits.FIELD_NAME), ("value", limits.FIELD_VALUE))
_URLS = (("url",), ("image", "url"), ("thumbnail", "url"), ("footer", "icon_url"), ("author", "url"))


def message_errors(body: dict[str, Any]) -> Iterator[FieldError]:
    """Everything wrong with content, embeds, nonce, flags and poll of one message."""
    yield from _content_errors(body.get("content"))
    yield from _embeds_errors(body)
    nonce = body.get("nonce")
    if nonce is not None and len(str(nonce)) > limits.MESSAGE_NONCE:
        yield too_long(("nonce",), limits.MESSAGE_NONCE)
    flags = body.get("flags")
    if flags is not None and (isinstance(flags, bool) or not isinstance(flags, int)):
        yield not_an_integer(("flags",), flags)
    for key in ("tts", "enforce_nonce"):
        if not isinstance(body.get(key, False), bool):
            yield FieldError((key,), "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
    if body.get("poll") is not None:
        yield from _poll_errors(body["poll"])


def is_empty(body: dict[str, Any], *, files: bool) -> bool:
    """Whether Discord would call this an empty message."""
    content = body.get("content")
    if files or (isinstance(content, str) and content.strip()):
        return False
    carried = ("embed", "embeds", "components", "sticker_ids", "poll")
    return not any(body.get(key) for key in carried) and not _is_forward(body)


def _is_forward(body: dict[str, Any]) -> bool:
    reference = body.get("message_reference")
    return isinstance(reference, dict) and cast("dict[str, Any]", reference).get("type") == 1


def _content_errors(content: Any) -> Iterator[FieldError]:
    if content is None:
        return
    if not isinstance(content, str):
        yield FieldError(("content",), "STRING_TYPE_CONVERT", f'Could not interpret "{content}" as string.')
    elif len(content) > limits.MESSAGE_CONTENT:
        yield too_long(("content",), limits.MESSAGE_CONTENT)


def _embeds_errors(body: dict[str, Any]) -> Iterator[FieldError]:
    embeds = body.get("embeds")
    if embeds is None:
        return
    if not isinstance(embeds, list):
        yield not_a_list(("embeds",))
        return
    listed = cast("list[Any]", embeds)
    if len(listed) > limits.MESSAGE_EMBEDS:
        yield too_long(("embeds",), limits.MESSAGE_EMBEDS)
    total = 0
    for index, embed in enumerate(listed):
        path: Path = ("embeds", index)
        if not isinstance(embed, dict):
            yield not_an_object(path)
            continue
        typed = cast("dict[str, Any]", embed)
        yield from _embed_errors(typed, path)
        total += _characters(typed)
    if total > limits.EMBED_TOTAL:
        yield FieldError(
            ("embeds",), "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {limits.EMBED_TOTAL}"
        )


def _embed_errors(embed: dict[str, Any], path: Path) -> Iterator[FieldError]:
    for where, most in _EMBED_TEXTS.items():
        text = _at(embed, where)
        if isinstance(text, str) and len(text.strip()) > most:
            yield too_long((*path, *where), most)
    for where in _URLS:
        yield from _url_errors(_at(embed, where), (*path, *where))
    yield from _fields_errors(embed.get("fields"), (*path, "fields"))
    color = embed.get("color")
    if color is not None and (isinstance(color, bool) or not isinstance(color, int)):
        yield not_an_integer((*path, "color"), color)
    elif isinstance(color, int) and not 0 <= color <= limits.COLOUR:
        yield above((*path, "color"), limits.COLOUR)
    yield from _timestamp_errors(embed.get("timestamp"), (*path, "timestamp"))


def _timestamp_errors(value: Any, path: Path) -> Iterator[FieldError]:
    if value is None:
        return
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        yield FieldError(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")


def _url_errors(url: Any, path: Path) -> Iterator[FieldError]:
    if url is None or not isinstance(url, str) or url.startswith("attachment://"):
        return
    scheme = urlsplit(url).scheme
    if scheme not in ("http", "https"):
        yield FieldError(
            path, "URL_TYPE_INVALID_SCHEME", f"Scheme \"{scheme}\" must be one of ('http', 'https')."
        )


def _fields_errors(fields: Any, path: Path) -> Iterator[FieldError]:
    if not isinstance(fields, list):
        return
    listed = cast("list[Any]", fields)
    if len(listed) > limits.EMBED_FIELDS:
        yield too_long(path, limits.EMBED_FIELDS)
    for index, field in enumerate(listed):
        if not isinstance(field, dict):
            yield not_an_object((*path, index))
            continue
        for key, most in _FIELD_TEXTS:
            text = cast("dict[str, Any]", field).get(key)
            if not isinstance(text, str) or not text.strip():
                yield required(*path, index, key)
            elif len(text.strip()) > most:
                yield too_long((*path, index, key), most)


def _characters(embed: dict[str, Any]) -> int:
    texts = [_at(embed, where) for where in _EMBED_TEXTS]
    for field in cast("list[Any]", embed.get("fields") or []):
        if isinstance(field, dict):
            typed = cast("dict[str, Any]", field)
            texts += [typed.get("name"), typed.get("value")]
    return sum(len(text.strip()) for text in texts if isinstance(text, str))


def _at(node: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        node = cast("dict[str, Any]", node).get(key) if isinstance(node, dict) else None
    return node


def _poll_errors(poll: Any) -> Iterator[FieldError]:
    if not isinstance(poll, dict):
        yield not_an_object(("poll",))
        return
    question = _at(poll, ("question", "text"))
    if not isinstance(question, str) or not 1 <= len(question) <= limits.POLL_QUESTION:
        yield wrong_length(("poll", "question", "text"), 1, limits.POLL_QUESTION)
    answers = cast("dict[str, Any]", poll).get("answers")
    if not isinstance(answers, list) or not 1 <= len(cast("list[Any]", answers)) <= limits.POLL_ANSWERS:
        yield wrong_length(("poll", "answers"), 1, limits.POLL_ANSWERS)
        return
    for index, answer in enumerate(cast("list[Any]", answers)):
        text = _at(answer, ("poll_media", "text"))
        if text is not None and not 1 <= len(str(text)) <= limits.POLL_ANSWER:
            yield wrong_length(("poll", "answers", index, "poll_media", "text"), 1, limits.POLL_ANSWER)
    hours = cast("dict[str, Any]", poll).get("duration", limits.POLL_HOURS_DEFAULT)
    if not isinstance(hours, int | float) or not 1 <= hours <= limits.POLL_HOURS:  # discord.py sends 1.0
        yield above(("poll", "duration"), limits.POLL_HOURS)
