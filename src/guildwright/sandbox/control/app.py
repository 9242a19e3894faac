"""The control API as one ASGI application, behind its door."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

from guildwright import __version__
from guildwright.sandbox.control import (
    events,
    faulting,
    loading,
    members,
    reading,
    roles,
    running,
    using,
    worlds,
    writing,
)
from guildwright.sandbox.control.answers import ErrorAnswer
from guildwright.sandbox.control.auth import Door
from guildwright.sandbox.control.reply import install_errors

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from guildwright.sandbox.server import Sandbox

DESCRIPTION: Final = """
The people of a simulated Discord, driven by programs. Every request carries
`Authorization: Bearer …` with the token of the address the sandbox printed.
The address of another world is the same under `/w/NAME`.

What a person hears: websocket `/_sandbox/events?as=ID` with the subprotocols `guildwright` and `token.…`;
with `traffic=1` also what crosses the bot's sockets. Frames are JSON texts `{"type": …, "data": …}`:
`message`, `message_update`, `reaction` (a message), `message_delete` (`channel_id`, `ids`),
`typing` (`channel_id`, `user_id`), `interaction` (`interaction_id`, `state`, `reason`),
`modal` (`interaction_id`, `channel_id`, `modal`), `state` (read the state anew),
`bot` (`online`, `status`, `activities`), `commands` (read the commands anew), `traffic` (an entry),
`faults` (read the faults anew), `violation` (`kind`, `title`, `sentence`, `count`, `at`, `facts`).
Any text the client sends is answered with `sync`, in the order of the events.
A client that does not read is closed with 1013.
"""

_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": ErrorAnswer, "description": "The action makes no sense as it is."},
    401: {"model": ErrorAnswer, "description": "The control token is missing or wrong."},
    403: {"model": ErrorAnswer, "description": "A real client would not let this person do it."},
    404: {"model": ErrorAnswer, "description": "It does not exist, or the person cannot see it."},
    409: {"model": ErrorAnswer, "description": "It does not fit the state of the world."},
    422: {"model": ErrorAnswer, "description": "The request is not understood."},
}


def build_control(sandbox: Sandbox) -> ASGIApp:
    """Return the control API of a sandbox; it expects paths that begin with `/_sandbox`."""
    return Door(_application(), sandbox.control_token)


@cache
def _application() -> FastAPI:
    """Return the routes, built once: which sandbox and world a request is about stands in its scope."""
    app = FastAPI(
        title="Guildwright sandbox",
        version=__version__,
        description=DESCRIPTION,
        openapi_url="/_sandbox/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=_ERRORS,
    )
    install_errors(app)
    # Documents the token; the door has judged it before.
    bearer = [Depends(HTTPBearer(auto_error=False))]
    for part in (reading, writing, using, members, roles, running, faulting, loading, worlds):
        app.include_router(part.router, dependencies=bearer)
    app.include_router(events.router)
    return app
