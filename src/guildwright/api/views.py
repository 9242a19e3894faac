"""Buttons and selects that obey the person they were made for, and go out when their time is over."""

from guildwright.bot.views import (
    TIMEOUT_SECONDS,
    Confirm,
    OwnedView,
    Paginator,
    Target,
    invocation_of,
    person_of,
    prefix_of,
)

__all__ = [
    "TIMEOUT_SECONDS",
    "Confirm",
    "OwnedView",
    "Paginator",
    "Target",
    "invocation_of",
    "person_of",
    "prefix_of",
]
