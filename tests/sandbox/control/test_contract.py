"""Whatever is sent to a documented operation, it answers as its document says and never falls over."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from guildwright.sandbox.server import Sandbox

EXAMPLES = 4


class Background:
    """A sandbox in a thread of its own: schemathesis waits for every answer and would stop ours."""

    def __init__(self) -> None:
        self.sandbox = Sandbox()
        self.loop = asyncio.new_event_loop()
        self._thread = Thread(target=self.loop.run_forever)

    def __enter__(self) -> Background:
        self._thread.start()
        self.run(self.sandbox.start())
        return self

    def __exit__(self, *_: object) -> None:
        self.run(self.sandbox.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)


@pytest.fixture
def background() -> Iterator[Background]:
    with Background() as running:
        yield running


def real_ids(sandbox: Sandbox) -> dict[str, list[str]]:
    """What stands in the world, so that not every request ends at an unknown ID."""
    backend = sandbox.worlds["default"].backend
    people = [str(user.id) for user in backend.users.values()]
    messages = [str(key) for messages in backend.messages.values() for key in messages]
    return {
        "as": people,
        "user_id": people,
        "guild_id": [str(key) for key in backend.guilds],
        "channel_id": [str(key) for key in backend.channels],
        "message_id": messages,
    }


@pytest.mark.req("SAND-402")
def test_no_request_makes_the_control_api_fail(background: Background) -> None:
    sandbox = background.sandbox
    backend = sandbox.worlds["default"].backend
    general = next(channel for channel in backend.channels.values() if channel.name == "general")
    backend.create_message(general.id, sandbox.worlds["default"].owner_id, "hello")
    headers = {"Authorization": f"Bearer {sandbox.control_token}"}
    schema = schemathesis.openapi.from_url(f"{sandbox.address().control}/openapi.json", headers=headers)
    ids = real_ids(sandbox)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 30
    for operation in operations:
        attack(operation, ids, headers)


def attack(operation: Any, ids: dict[str, list[str]], headers: dict[str, str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), real=st.booleans(), pick=st.integers(0, 99))
    def send(case: Case, real: bool, pick: int) -> None:
        if real:
            make_real(case, ids, pick)
        answer = case.call(headers=headers, timeout=5)
        checks = [not_a_server_error, status_code_conformance, response_schema_conformance]
        case.validate_response(answer, checks=checks, headers=headers)

    send()


def make_real(case: Case, ids: dict[str, list[str]], pick: int) -> None:
    for place in (case.body, case.query, case.path_parameters):
        if isinstance(place, dict):
            for name in place.keys() & ids.keys():
                place[name] = ids[name][pick % len(ids[name])]
