"""Codes and tokens of one world: issued once, used once, over when the world's clock says so."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from guildwright.kernel import limits
from guildwright.sandbox.world import World

CODE_LENGTH: Final = 30
TOKEN_LENGTH: Final = 30


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody agreed to on the authorize page."""

    user_id: int
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A code on its way through the browser."""

    consent: Consent
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Authorization:
    """A pair of tokens for one consent; who has the code again ends it."""

    user_id: int
    scopes: tuple[str, ...]
    access_token: str
    refresh_token: str
    expires_at: datetime
    code: str

    @property
    def scope(self) -> str:
        return " ".join(self.scopes)


class Grants:
    """Everything that was granted in a world and is not over."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._codes: dict[str, Code] = {}
        self._authorizations: list[Authorization] = []

    def issue_code(self, consent: Consent) -> str:
        """A code for the client, good once within ten minutes."""
        self._forget()
        code = self._world.backend.token(CODE_LENGTH)
        expires_at = self._world.clock.now() + timedelta(seconds=limits.OAUTH_CODE_SECONDS)
        self._codes[code] = Code(consent, expires_at)
        return code

    def take_code(self, code: str) -> Consent | None:
        """What a code stands for, once; a second use ends what the first one was given."""
        self._forget()
        found = self._codes.pop(code, None)
        if found is None:
            self._authorizations = [one for one in self._authorizations if one.code != code]
            return None
        return found.consent

    def grant(self, user_id: int, scopes: tuple[str, ...], code: str) -> Authorization:
        """New tokens for somebody."""
        authorization = Authorization(
            user_id,
            scopes,
            access_token=self._world.backend.token(TOKEN_LENGTH),
            refresh_token=self._world.backend.token(TOKEN_LENGTH),
            expires_at=self._world.clock.now() + timedelta(seconds=limits.OAUTH_TOKEN_SECONDS),
            code=code,
        )
        self._authorizations.append(authorization)
        return authorization

    def refresh(self, refresh_token: str) -> Authorization | None:
        """New tokens for old ones, which end."""
        found = next((one for one in self._authorizations if one.refresh_token == refresh_token), None)
        if found is None:
            return None
        self._authorizations.remove(found)
        return self.grant(found.user_id, found.scopes, found.code)

    def revoke(self, token: str) -> None:
        """End the tokens of which this is one; a token that nobody has is no error."""
        kept = (one for one in self._authorizations if token not in (one.access_token, one.refresh_token))
        self._authorizations = list(kept)

    def holder(self, access_token: str) -> Authorization | None:
        """Who a token speaks for, while it is good and the person is there."""
        now, users = self._world.clock.now(), self._world.backend.users
        for one in self._authorizations:
            if hmac.compare_digest(one.access_token.encode(), access_token.encode()):
                return one if now < one.expires_at and one.user_id in users else None
        return None

    def _forget(self) -> None:
        now = self._world.clock.now()
        self._codes = {code: one for code, one in self._codes.items() if now < one.expires_at}
        # Oldest first: a client that never refreshes must not fill the memory.
        del self._authorizations[: max(0, len(self._authorizations) - limits.OAUTH_AUTHORIZATIONS)]


def grants_of(world: World) -> Grants:
    """The one book of a world, made when it is first asked for."""
    return world.part(Grants)


def answers_challenge(challenge: str, verifier: str) -> bool:
    """Whether the verifier is the one that the challenge was made of (RFC 7636, S256)."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(digest, challenge.encode())
