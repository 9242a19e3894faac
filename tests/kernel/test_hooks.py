"""Handlers run in order, and none of them can harm another."""

import asyncio
import time
from typing import Any

import pytest

from guildwright.kernel.errors import Journal
from guildwright.kernel.hooks import HookError, Hooks


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def hooks(journal: Journal) -> Hooks:
    return Hooks(journal, timeout=0.05)


def recorder(seen: list[Any], name: str) -> Any:
    async def handler(payload: Any) -> None:
        seen.append((name, payload))

    return handler


async def test_higher_priority_runs_first_and_equal_ones_in_order_of_registration(hooks: Hooks) -> None:
    seen: list[Any] = []
    for name, priority in (("a", 10), ("b", 0), ("c", -5), ("d", 10)):
        hooks.register("guild_joined", recorder(seen, name), priority=priority)

    assert await hooks.emit("guild_joined", 7) == 4
    assert seen == [("a", 7), ("d", 7), ("b", 7), ("c", 7)]


async def test_a_hook_without_handlers_costs_nothing_and_fails_nowhere(hooks: Hooks) -> None:
    assert await hooks.emit("nobody.listens") == 0


@pytest.mark.parametrize("raised", [RuntimeError("boom"), asyncio.CancelledError()])
async def test_a_failing_handler_stops_no_other(
    hooks: Hooks, journal: Journal, raised: BaseException
) -> None:
    seen: list[Any] = []

    async def failing(_: Any) -> None:
        raise raised

    hooks.register("x", recorder(seen, "first"))
    hooks.register("x", failing, owner="extensions.bad")
    hooks.register("x", recorder(seen, "last"))

    assert await hooks.emit("x") == 2
    assert [name for name, _ in seen] == ["first", "last"]
    record = journal.recent()[0]
    assert (record.source, record.command, record.extension) == ("hook", "x", "extensions.bad")


async def test_a_slow_handler_is_stopped_and_the_next_one_runs(hooks: Hooks, journal: Journal) -> None:
    seen: list[Any] = []

    async def endless(_: Any) -> None:
        await asyncio.Event().wait()

    hooks.register("x", endless)
    hooks.register("x", recorder(seen, "next"))

    assert await hooks.emit("x") == 1
    assert seen
    assert "within 0.05 s" in journal.recent()[0].message


async def test_who_cancels_the_emitter_is_obeyed(hooks: Hooks, journal: Journal) -> None:
    entered = asyncio.Event()

    async def waiting(_: Any) -> None:
        entered.set()
        await asyncio.Event().wait()

    hooks.register("x", waiting)
    emitting = asyncio.create_task(hooks.emit("x"))
    await entered.wait()
    emitting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await emitting
    assert journal.recent() == []


async def test_everything_of_an_owner_disappears_at_once(hooks: Hooks) -> None:
    seen: list[Any] = []
    hooks.register("x", recorder(seen, "theirs"), owner="extensions.one")
    hooks.register("y", recorder(seen, "theirs"), owner="extensions.one")
    hooks.register("x", recorder(seen, "ours"), owner="extensions.two")

    assert hooks.remove(owner="extensions.one") == 2
    await hooks.emit("x")
    await hooks.emit("y")

    assert [name for name, _ in seen] == ["ours"]
    assert len(hooks) == 1


async def test_a_handler_may_remove_itself_while_it_runs(hooks: Hooks) -> None:
    seen: list[Any] = []

    async def once(payload: Any) -> None:
        seen.append(payload)
        registration.remove()

    registration = hooks.register("x", once)
    hooks.register("x", recorder(seen, "other"))
    await hooks.emit("x", 1)
    await hooks.emit("x", 2)

    assert seen == [1, ("other", 1), ("other", 2)]


@pytest.mark.parametrize("name", ["", "a" * 101, "two words", "ümlaut", "a\n"])
def test_a_name_that_is_none_is_refused(hooks: Hooks, name: str) -> None:
    with pytest.raises(HookError, match="letters, digits"):
        hooks.register(name, recorder([], ""))


async def test_calling_a_handler_costs_at_most_twenty_microseconds() -> None:
    hooks = Hooks(Journal())
    for _ in range(10):
        hooks.register("x", recorder([], "n"))
    best = min([await timed(hooks) for _ in range(20)])

    assert best / 10 <= 20e-6


async def timed(hooks: Hooks) -> float:
    began = time.perf_counter()
    for _ in range(10):
        await hooks.emit("x")
    return (time.perf_counter() - began) / 10
