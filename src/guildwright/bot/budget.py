"""Counts the outcomes of REST requests, warns, and stops before Discord would lock the bot out.

Discord bans an address for a while after 10,000 answers of 401, 403 or 429 within ten minutes. A little
before that nothing is sent any more but answers to interactions, until enough of them are ten minutes old.
"""

import logging
import time
from collections import Counter, deque

import aiohttp
from aiohttp.connector import Connection

from guildwright.kernel.errors import GuildwrightError
from guildwright.kernel.limits import INVALID_REQUESTS, INVALID_REQUESTS_WINDOW_SECONDS, INVALID_STATUSES

logger = logging.getLogger("guildwright.budget")

WARN_AT = INVALID_REQUESTS // 10
STOP_AT = INVALID_REQUESTS - INVALID_REQUESTS // 20


class BudgetSpentError(GuildwrightError):
    """Nothing is sent: too many requests were refused lately."""

    code = "invalid_requests"


class RestBudget:
    """What became of our requests, by status."""

    def __init__(self) -> None:
        self.outcomes: Counter[int] = Counter()
        self._invalid: deque[float] = deque()
        self._warned_at = -INVALID_REQUESTS_WINDOW_SECONDS
        self._is_spent = False
        self.application_id: int | None = None
        """Whose webhooks are answers to interactions; None before the login."""

    @property
    def invalid_requests(self) -> int:
        """How many answers of the last ten minutes count against Discord's limit."""
        oldest = time.monotonic() - INVALID_REQUESTS_WINDOW_SECONDS
        while self._invalid and self._invalid[0] < oldest:
            self._invalid.popleft()
        return len(self._invalid)

    def note(self, status: int) -> None:
        """Count one answer."""
        self.outcomes[status] += 1
        if status not in INVALID_STATUSES:
            return
        now = time.monotonic()
        self._invalid.append(now)
        told_lately = now - self._warned_at < INVALID_REQUESTS_WINDOW_SECONDS
        if self.invalid_requests >= WARN_AT and not told_lately:
            self._warned_at = now
            logger.warning(
                "%s requests of the last ten minutes were refused (401, 403, 429); at %s Discord locks this "
                "address out. Look for a command that acts without permission.",
                len(self._invalid),
                INVALID_REQUESTS,
            )

    def check(self, path: str) -> None:
        """Let a request to this path go out; answers to interactions, first and later ones, always may.

        Raises BudgetSpentError when Discord is about to lock this address out.
        """
        if len(self._invalid) < STOP_AT or self._answers_interaction(path):
            return
        if (refused := self.invalid_requests) < STOP_AT:
            self._is_spent = False
            return
        if not self._is_spent:
            self._is_spent = True
            logger.error(
                "Nothing is sent for now: %s requests of the last ten minutes were refused (401, 403, 429), "
                "and at %s Discord locks this address out.",
                refused,
                INVALID_REQUESTS,
            )
        raise BudgetSpentError(
            "Nothing is sent for now: too many requests were refused.", hint="Try again in ten minutes."
        )

    def _answers_interaction(self, path: str) -> bool:
        return "/interactions/" in path or f"/webhooks/{self.application_id}/" in path

    def response_class(self) -> type[aiohttp.ClientResponse]:
        """Return the class of responses that report here.

        aiohttp's own tracing tells the same, but builds objects for each of six steps: a tenth of a command.
        """
        note = self.note

        class CountedResponse(aiohttp.ClientResponse):
            async def start(self, connection: Connection) -> aiohttp.ClientResponse:
                await super().start(connection)
                # One that everybody shares does not count: https://discord.com/developers/docs/topics/rate-limits
                if self.status != 429 or self.headers.get("X-RateLimit-Scope") != "shared":
                    note(self.status)
                return self

        return CountedResponse
