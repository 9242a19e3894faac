"""Time zones as people type them."""

import difflib
from functools import cache
from zoneinfo import available_timezones

from guildwright.api import limits

TIMEZONE = "timezone"
_SUGGESTED = 3


@cache
def names() -> tuple[str, ...]:
    """Return the IANA names that people use: with a region, and UTC."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def find(typed: str) -> str | None:
    """Return the zone of that name in its own spelling; None when there is none."""
    wanted = typed.strip().replace(" ", "_").casefold()
    return next((name for name in names() if name.casefold() == wanted), None)


def containing(typed: str) -> list[str]:
    """Return the zones with the typed text in their names, as many as Discord shows."""
    wanted = typed.strip().replace(" ", "_").casefold()
    return [name for name in names() if wanted in name.casefold()][: limits.AUTOCOMPLETE_CHOICES]


def problem_of(name: str) -> str | None:
    """Say why a name is no zone, with those that were perhaps meant."""
    if name in names():
        return None
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in names()}
    wanted = name.strip().replace(" ", "_")
    close = difflib.get_close_matches(wanted, names(), n=_SUGGESTED, cutoff=0.5)
    close += [cities[city] for city in difflib.get_close_matches(wanted.casefold(), cities, n=1, cutoff=0.7)]
    meant = ", ".join(f"`{zone}`" for zone in dict.fromkeys(close))
    return f"There is no time zone `{wanted[:50]}`." + (f" Did you mean {meant}?" if meant else "")
