"""One REST call on its way through our routes to the backend.

Our handlers take a :class:`Call`, check what Discord checks beyond simcord, and either answer
themselves or :meth:`Call.forward` to simcord's route. Everything here is synchronous: the backend
is one unshared state, and a handler that cannot be interrupted cannot see it half changed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from guildwright.sandbox.rest.errors import (
    FieldError,
    Path,
    above,
    as_discord,
    below,
    invalid_form,
    not_a_snowflake,
    not_an_integer,
    not_an_object,
    not_modelled,
    required,
)
from guildwright.sandbox.rest.files import Upload
from guildwright.sandbox.world import (
    BackendError,
    RouteNotImplemented,
    SetupError,
    UnsupportedField,
    World,
    dispatch,
)

if TYPE_CHECKING:
    from guildwright.sandbox.oauth.grants import Authorization
    from guildwright.sandbox.server import Addresses


logger = logging.getLogger("guildwright.sandbox.rest")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose status is not the usual 200 or 204."""

    status: int
    payload: Any = None


@dataclass(slots=True)
class Call:
    """A parsed request to one world."""

    world: World
    addresses: Addresses
    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict[str, str])
    json: Any = None
    files: tuple[Upload, ...] = ()
    reason: str | None = None
    args: dict[str, str] = field(default_factory=dict[str, str])
    authorized: bool = False
    authorization: str = ""
    holder: Authorization | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object of the request; 50035 when it is anything else."""
        if self.json is None:
            return {}
        if not isinstance(self.json, dict):
            raise invalid_form(not_an_object(()))
        return cast("dict[str, Any]", self.json)

    def fields(self, *known: str) -> dict[str, Any]:
        """The body, if it holds nothing but these fields; 501 naming the others."""
        unknown = sorted(key for key in self.body if key not in known)
        if unknown:
            raise not_modelled(f"the field(s) [{', '.join(unknown)}] of {self.method} {self.path}")
        return self.body

    def snowflake(self, name: str) -> int:
        value = self.args[name]
        if not is_snowflake(value):
            raise invalid_form(not_a_snowflake((name,), value))
        return int(value)

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """A number of the query string, within Discord's bounds."""
        value = self.query.get(name)
        if value is None:
            return default
        if not value.lstrip("-").isdecimal():
            raise invalid_form(not_an_integer((name,), value))
        number = int(value)
        if number < low:
            raise invalid_form(below((name,), low))
        if number > high:
            raise invalid_form(above((name,), high))
        return number

    def flag(self, name: str) -> bool:
        return self.query.get(name, "").lower() in {"1", "true"}

    def forward(self, *, path: str | None = None, json: Any = None, root: Path = ()) -> Any:
        """Let simcord answer, and give its failures Discord's shape (``root``: where the fields stand)."""
        body = self.json if json is None else json
        settings = self.world.application_settings
        try:
            return dispatch(
                self.world.backend,
                self.method,
                path or self.path,
                json=body,
                params=dict(self.query),
                files=list(self.files),
                reason=self.reason,
                message_content_access="message_content" in settings.privileged_intents,
            )
        except RouteNotImplemented as error:
            raise not_modelled(f"{self.method} {self.path}") from error
        except UnsupportedField as error:
            raise not_modelled(
                f"the field(s) [{', '.join(error.fields)}] of {self.method} {self.path}"
            ) from error
        except BackendError as error:
            raise as_discord(error, root=root) from error
        except KeyError as error:
            raise self._missing(error, body) from error
        except NotImplementedError as error:
            raise not_modelled(f"this use of {self.method} {self.path}: {error}") from error
        except (SetupError, ValueError, TypeError, AttributeError, OverflowError) as error:
            # Nearly always a value that simcord does not check; a fault of ours would look the same.
            logger.warning("%s %s was refused as malformed", self.method, self.path, exc_info=error)
            raise invalid_form(FieldError((), "BASE_TYPE_INVALID", str(error))) from error

    @staticmethod
    def _missing(error: KeyError, body: Any) -> Exception:
        name = error.args[0] if error.args else None
        if isinstance(name, str) and not (isinstance(body, dict) and name in body):
            return invalid_form(required(name))
        return error


def is_snowflake(value: object) -> bool:
    """Whether a value is an ID: decimal digits that fit 64 bits."""
    return isinstance(value, str) and value.isascii() and value.isdecimal() and int(value) < 1 << 64
