"""What a failing test prints: the conversation, the REST errors and the bot's log lines of that test.

Nothing else: the log of the whole process and the console of the bot would bury the one line that matters.
"""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from guildwright.testing.evidence import EVIDENCE

if TYPE_CHECKING:
    from guildwright.testing.world import World

REPLACED = ("Captured log", "Captured stderr", "Captured stdout setup", "Captured stdout teardown")
ASK_SECONDS = 2.0


def add_evidence(item: pytest.Item, report: pytest.TestReport) -> None:
    """Replace the captured logs of a failed test with its evidence."""
    evidence = item.stash.get(EVIDENCE, None)
    if evidence is None or not report.failed:
        return
    kept = [(title, text) for title, text in report.sections if not title.startswith(REPLACED)]
    errors: list[str] = []
    if report.when != "teardown":
        try:
            name_places(evidence.world)
            errors = rest_errors(evidence.world)
        except OSError as error:
            errors = [f"The sandbox does not say: {error}"]
    found = (
        ("Conversation", evidence.world.transcript.text()),
        ("REST errors", "\n".join(errors)),
        ("Bot log", evidence.log.text()),
    )
    report.sections = kept + [(title, text) for title, text in found if text]


def name_places(world: World) -> None:
    """Ask what the channels are called by now: threads and direct messages came up during the test."""
    for person in world.people.values():
        person.look_at(ask(world, f"/state?as={person.id}"))


def rest_errors(world: World) -> list[str]:
    """Return the REST calls of the bot that were refused."""
    entries = ask(world, "/traffic?since=0")["entries"]
    return [line for entry in entries if (line := error_line(entry))]


def ask(world: World, path: str) -> dict[str, Any]:
    """Ask the control API without an event loop: the test's own no longer runs."""
    request = urllib.request.Request(  # noqa: S310 - the address is the sandbox's, on loopback
        world.control.base + path, headers=world.control.headers
    )
    with urllib.request.urlopen(request, timeout=ASK_SECONDS) as answer:  # noqa: S310 - as above
        return json.load(answer)


def error_line(entry: dict[str, Any]) -> str:
    """Return "POST /channels/{id}/messages 403 50013: Missing Permissions" for a refused call."""
    if entry["kind"] not in {"rest", "unrouted"} or int(entry.get("status") or 0) < 400:
        return ""
    answer = entry.get("body") or {}
    answer = answer.get("response") or answer
    reason = f" {answer.get('code')}: {answer.get('message')}" if answer.get("message") else ""
    return f"{entry.get('route') or entry['title']} {entry['status']}{reason}"
