"""What the testing kit raises: assertion errors, for a test that meets one has failed, not broken down."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import pytest

__tracebackhide__ = True
T = TypeVar("T")


def is_verdict(raised: pytest.ExceptionInfo[BaseException]) -> bool:
    """Tell pytest to leave out the kit's own frames: the line of the test says what failed."""
    return isinstance(raised.value, AssertionError)


class OutcomeError(AssertionError):
    """What the test waited for did not come, or came where nothing should."""

    def __init__(self, sentence: str, transcript: str = "") -> None:
        super().__init__(sentence)
        self.transcript = transcript


class RefusedError(AssertionError):
    """Discord would not let this person do that: the button is disabled, a permission is missing."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.status = status
        self.code = code


def require(value: T | None, missing: str) -> T:
    """Return `value`, or fail with the sentence `missing` when there is none."""
    if value is None:
        raise OutcomeError(missing)
    return value
