"""JSON answers of the control API: one encoder, one shape of error.

simcord places files that nobody uploaded at an address that does not exist; on the way out it becomes
the sandbox's own, in whatever depth it stands.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guildwright.kernel.errors import GuildwrightError
from guildwright.sandbox.control.context import world_of
from guildwright.sandbox.people.refusal import CONFLICT, RefusedError
from guildwright.sandbox.world import CDN_BASE, BackendError

if TYPE_CHECKING:
    from guildwright.sandbox.world import World

_NOWHERE: Final = CDN_BASE.encode()
_DISCORD_CODES: Final = {
    50001: "no_access",
    50013: "missing_permission",
    50035: "invalid",
    10003: "unknown_channel",
    10004: "unknown_guild",
    10007: "unknown_member",
    10008: "unknown_message",
}

logger = logging.getLogger("guildwright.sandbox.control")


def encode(content: object, world: World) -> bytes:
    """Return the JSON of something with every file's address on the sandbox's own CDN."""
    return orjson.dumps(content).replace(_NOWHERE, world.backend.cdn.base.encode())


def reply(request: Request, content: object, status: int = 200) -> Response:
    """Return the JSON answer to a request."""
    return Response(encode(content, world_of(request)), status, media_type="application/json")


def error_body(code: str, message: str) -> dict[str, dict[str, str]]:
    """Return the one shape of error that the control API has."""
    return {"error": {"code": code, "message": message}}


async def _explain(_request: Request, error: Exception) -> Response:
    status, code, message = _meaning(error)
    headers = error.headers if isinstance(error, HTTPException) else None
    body = orjson.dumps(error_body(code, message))
    return Response(body, status, headers=headers, media_type="application/json")


def _meaning(error: Exception) -> tuple[int, str, str]:
    if isinstance(error, RefusedError):
        return error.status, error.reason, error.message
    if isinstance(error, RequestValidationError):
        return 422, "invalid_request", _wrong_fields(error)
    if isinstance(error, HTTPException):
        phrase = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
        return error.status_code, phrase, f"{error.detail}."
    if isinstance(error, BackendError):
        return error.status, _DISCORD_CODES.get(error.code, "refused"), f"{error.message}."
    if isinstance(error, GuildwrightError):
        return CONFLICT, error.code, error.sentence
    raise error


def _wrong_fields(error: RequestValidationError) -> str:
    wrong = [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()[:5]]
    return "; ".join(wrong) or "The request is not understood."


def install_errors(app: FastAPI) -> None:
    """Give every failure of the application the control API's shape."""
    for kind in (RefusedError, GuildwrightError, BackendError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _explain)
