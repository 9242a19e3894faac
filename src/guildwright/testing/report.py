"""What a failing test prints: the conversation, the REST errors and the bot's log lines of that test.

Nothing else: the log of the whole process and the console of the bot would bury the one line that matters.
"""

from __future__ import annotations

import json
import urllib.error
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
    found = (
        ("Conversation", evidence.world.transcript.text()),
        ("REST errors", "\n".join(rest_errors(evidence.world) if report.when != "teardown" else ())),
        ("Bot log", evidence.log.text()),
    )
    report.sections = kept + [(title, text) for title, text in found if text]


def rest_errors(world: World) -> list[str]:
    """Ask the sandbox which REST calls of the bot were refused; the test's own loop no longer runs."""
    request = urllib.request.Request(  # noqa: S310 - the address is the sandbox's, on loopback
        f"{world.control.base}/traffic?since=0", headers=world.control.headers
    )
    try:
        with urllib.request.urlopen(request, timeout=ASK_SECONDS) as answer:  # noqa: S310 - as above
            entries = json.load(answer)["entries"]
    except (urllib.error.URLError, OSError) as error:
        return [f"The sandbox does not say: {error}"]
    return [line for entry in entries if (line := error_line(entry))]


def error_line(entry: dict[str, Any]) -> str:
    """Return "POST /channels/{id}/messages 403 50013: Missing Permissions" for a refused call."""
    if entry["kind"] not in {"rest", "unrouted"} or int(entry.get("status") or 0) < 400:
        return ""
    answer = entry.get("body") or {}
    answer = answer.get("response") or answer
    reason = f" {answer.get('code')}: {answer.get('message')}" if answer.get("message") else ""
    return f"{entry.get('route') or entry['title']} {entry['status']}{reason}"
