"""The bot's log lines of one test, kept for the report of a failure."""

from __future__ import annotations

import logging
from collections import deque

LINES = 200
FORMAT = "%(levelname)-8s %(name)s: %(message)s"
# The event loop, the kit's own connections and the new database of every test are no lines of the bot.
NOT_THE_BOT = ("asyncio", "aiohttp", "alembic", "guildwright.sandbox")


class BotLog(logging.Handler):
    """Keeps the newest lines from INFO upwards; `attach` and `detach` frame the test."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(logging.Formatter(FORMAT))
        self.lines: deque[str] = deque(maxlen=LINES)
        self._level = logging.NOTSET

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(NOT_THE_BOT):
            self.lines.append(self.format(record))

    def attach(self) -> None:
        root = logging.getLogger()
        self._level = root.level
        root.addHandler(self)
        root.setLevel(min(root.level or logging.INFO, logging.INFO))

    def detach(self) -> None:
        root = logging.getLogger()
        root.removeHandler(self)
        root.setLevel(self._level)

    def text(self) -> str:
        return "\n".join(self.lines)
