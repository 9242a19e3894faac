"""The table of our own routes; what is not in it goes to simcord as it came.

A route is looked up by method and number of segments; the most literal template wins, so
``…/commands/permissions`` beats ``…/commands/{command_id}``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from guildwright.sandbox.rest.call import Call

Handler = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path template with the function that answers it."""

    method: str
    template: str
    handler: Handler
    segments: tuple[str, ...]

    def match(self, segments: tuple[str, ...]) -> tuple[int, dict[str, str]] | None:
        """How literal the match is and what the placeholders hold."""
        args: dict[str, str] = {}
        literal = 0
        for mine, theirs in zip(self.segments, segments, strict=True):
            if mine.startswith("{"):
                args[mine[1:-1]] = theirs
            elif mine == theirs:
                literal += 1
            else:
                return None
        return literal, args


class RouteTable:
    """Routes by method and length."""

    def __init__(self) -> None:
        self._routes: dict[tuple[str, int], list[Route]] = {}

    def add(self, method: str, template: str, handler: Handler) -> None:
        segments = split(template)
        route = Route(method, template, handler, segments)
        self._routes.setdefault((method, len(segments)), []).append(route)

    def on(self, method: str, template: str) -> Callable[[Handler], Handler]:
        """Register the decorated function for one route."""

        def register(handler: Handler) -> Handler:
            self.add(method, template, handler)
            return handler

        return register

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        segments = split(path)
        best: tuple[int, Route, dict[str, str]] | None = None
        for route in self._routes.get((method, len(segments)), ()):
            found = route.match(segments)
            if found is not None and (best is None or found[0] > best[0]):
                best = (found[0], route, found[1])
        return None if best is None else (best[1], best[2])

    def __iter__(self) -> Iterator[Route]:
        for routes in self._routes.values():
            yield from routes


def split(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))


table = RouteTable()
