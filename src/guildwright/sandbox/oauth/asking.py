"""What a client asks for on the authorize page: read, judged, and told to the person.

Until the redirect address is known to be the application's own nothing is sent back to it; afterwards the
client hears of its mistakes there (RFC 6749, section 4.1.2.1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from guildwright.sandbox.oauth.grants import Consent
from guildwright.sandbox.people.overview import list_people
from guildwright.sandbox.world import World

SCOPES: Final = {
    "identify": "Know your username, avatar and ID",
    "email": "Know your email address",
    "guilds": "Know which servers you are in",
    "guilds.members.read": "Read your nickname and roles in servers",
}
"""The scopes of a login, in the words that the person reads."""

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_PORTAL = "Add it to the world's settings: POST /_sandbox/settings with redirect_uris."


class AskingError(Exception):
    """The page cannot be shown; the person reads why."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A request for consent that is in order."""

    scopes: tuple[str, ...]
    redirect_uri: str
    state: str | None
    challenge: str | None

    def consent(self, user_id: int) -> Consent:
        return Consent(user_id, self.scopes, self.redirect_uri, self.challenge)

    def back(self, **answer: str) -> str:
        """The client's address with the answer and its state."""
        fields = answer if self.state is None else {**answer, "state": self.state}
        mark = "&" if urlsplit(self.redirect_uri).query else "?"
        return f"{self.redirect_uri}{mark}{urlencode(fields)}"


def read_asking(world: World, query: Mapping[str, str]) -> Asking:
    """Judge the query of an authorize address.

    Raises:
        AskingError: Something is wrong with it, told in one sentence.
    """
    _check_client(world, query)
    redirect_uri = _redirect_uri(world, query)
    if query.get("response_type") != "code":
        raise AskingError("The sandbox models response_type=code only.")
    return Asking(_scopes(query), redirect_uri, query.get("state"), _challenge(query))


def _check_client(world: World, query: Mapping[str, str]) -> None:
    if query.get("client_id") != str(world.backend.application_id):
        raise AskingError("Unknown Application: no application of this world has that client_id.")


def _redirect_uri(world: World, query: Mapping[str, str]) -> str:
    """The redirect address, which must be one of the application's to the letter."""
    known = world.application_settings.redirect_uris
    given = query.get("redirect_uri")
    if given is None and len(known) == 1:
        return known[0]
    if given is None or given not in known:
        raise AskingError(f"Invalid OAuth2 redirect_uri. {_PORTAL}")
    return given


def _scopes(query: Mapping[str, str]) -> tuple[str, ...]:
    scopes = tuple(dict.fromkeys(query.get("scope", "").split()))
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown:
        raise AskingError(f"The sandbox does not model the scope(s) {', '.join(unknown)[:200]}.")
    if not scopes:
        raise AskingError("Invalid scope: ask for at least one.")
    return scopes


def _challenge(query: Mapping[str, str]) -> str | None:
    challenge = query.get("code_challenge")
    if challenge is None:
        return None
    if query.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise AskingError("Invalid code_challenge: make it with code_challenge_method=S256.")
    return challenge


def describe(world: World, asking: Asking) -> dict[str, Any]:
    """What the page shows: who asks, for what, where it leads, and who may answer."""
    where = urlsplit(asking.redirect_uri)
    people = list_people(world)
    return {
        "application": world.backend.bot_user.name,
        "scopes": [SCOPES[scope] for scope in asking.scopes],
        "redirect_to": f"{where.scheme}://{where.netloc}",
        "people": [
            {
                "id": person["id"],
                "name": person["global_name"] or person["username"],
                "username": person["username"],
                "owner": person["id"] == str(world.owner_id),
            }
            for person in people
        ],
    }
