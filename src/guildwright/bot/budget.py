"""Counts the outcomes of REST requests and warns before Discord would lock the bot out.

Discord bans an address for a while after 10,000 answers of 401, 403 or 429 within ten minutes.
"""

import logging
import time
from collections import Counter, deque

import aiohttp
from aiohttp.connector import Connection

from guildwright.kernel.limits import INVALID_REQUESTS, INVALID_REQUESTS_WINDOW_SECONDS, INVALID_STATUSES

logger = logging.getLogger("guildwright.budget")

WARN_AT = INVALID_REQUESTS // 10


class RestBudget:
    """What became of our requests, by status."""

    def __init__(self) -> None:
        self.outcomes: Counter[int] = Counter()
        self._invalid: deque[float] = deque()
        self._warned_at = -INVALID_REQUESTS_WINDOW_SECONDS

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

    def response_class(self) -> type[aiohttp.ClientResponse]:
        """Return the class of responses that report here.

        aiohttp's own tracing tells the same, but builds objects for each of six steps: a tenth of a command.
        """
        note = self.note

        class CountedResponse(aiohttp.ClientResponse):
            async def start(self, connection: Connection) -> aiohttp.ClientResponse:
                await super().start(connection)
                note(self.status)
                return self

        return CountedResponse
