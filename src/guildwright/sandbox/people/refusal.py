"""One error for everything a client would not let a person do.

The code is for programs (`disabled_button`), the sentence for people; the status is what the control
API answers with. Codes are part of the API: tests and the chat page branch on them.
"""

from __future__ import annotations

from typing import ClassVar, Final

from guildwright.kernel.errors import GuildwrightError

BAD: Final = 400
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
CONFLICT: Final = 409


class RefusedError(GuildwrightError):
    """A person tried what a real client would not allow.

    Args:
        reason: stable identifier, `snake_case`.
        message: one sentence that names the problem and what to do.
        status: HTTP status of the control API's answer.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, reason: str, message: str, *, status: int = BAD) -> None:
        super().__init__(message)
        self.reason = reason
        self.status = status


def forbidden(code: str, message: str) -> RefusedError:
    """Refuse something that the person may not do."""
    return RefusedError(code, message, status=FORBIDDEN)


def unknown(code: str, message: str) -> RefusedError:
    """Refuse something that does not exist, or that the person cannot see."""
    return RefusedError(code, message, status=NOT_FOUND)


def conflict(code: str, message: str) -> RefusedError:
    """Refuse something that no longer fits the state of the world."""
    return RefusedError(code, message, status=CONFLICT)
