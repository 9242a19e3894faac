"""The application starts in order, stops in the opposite one, and always ends."""

import asyncio
import logging
import os
import signal

import pytest

from guildwright.kernel.errors import ConfigError, CredentialError, LockedError, SchemaError, StoreError
from guildwright.kernel.lifecycle import ExitCode, Lifecycle


async def nothing() -> None:
    pass


async def endless() -> None:
    await asyncio.Event().wait()


async def stubborn() -> None:
    """Ignores being cancelled, as badly written code does."""
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if asyncio.current_task().cancelling() > 1:  # type: ignore[union-attr]
                raise


def add_steps(lifecycle: Lifecycle, *names: str) -> None:
    for name in names:
        lifecycle.add(name, start=nothing, stop=nothing)


async def test_what_started_last_stops_first_and_the_code_is_clean() -> None:
    lifecycle = Lifecycle()
    add_steps(lifecycle, "database", "extensions", "gateway")
    running = asyncio.create_task(lifecycle.run())
    lifecycle.request_stop()

    assert await running == ExitCode.CLEAN
    starts = [entry for entry in lifecycle.trace if entry.startswith("start")]
    stops = [entry.removeprefix("stop ") for entry in lifecycle.trace if entry.startswith("stop")]
    assert stops == [entry.removeprefix("start ") for entry in reversed(starts)]


async def test_everything_runs_until_somebody_asks_for_the_stop() -> None:
    lifecycle = Lifecycle()
    started = asyncio.Event()

    async def set_started() -> None:
        started.set()

    lifecycle.add("bot", start=set_started, stop=nothing)
    running = asyncio.create_task(lifecycle.run())
    await started.wait()
    assert not lifecycle.stopping

    lifecycle.request_stop(ExitCode.RESTART, reason="wanted")
    lifecycle.request_stop(ExitCode.FAILED, reason="too late")
    assert await running == ExitCode.RESTART
    assert lifecycle.trace == ["start bot", "stop bot"]


async def test_a_failing_start_stops_what_had_started_and_nothing_later_runs() -> None:
    lifecycle = Lifecycle()
    add_steps(lifecycle, "database")

    async def refuse() -> None:
        raise StoreError("The database is gone.")

    lifecycle.add("schema", start=refuse, stop=nothing)
    add_steps(lifecycle, "gateway")

    with pytest.raises(StoreError):
        await lifecycle.run()
    assert lifecycle.trace == ["start database", "start schema", "stop schema", "stop database"]


@pytest.mark.parametrize("hanging", [endless, stubborn])
async def test_a_step_that_hangs_is_cut_off_and_named(
    caplog: pytest.LogCaptureFixture, hanging: "type[object]"
) -> None:
    lifecycle = Lifecycle()
    add_steps(lifecycle, "database")
    lifecycle.add("extension slow", start=nothing, stop=hanging, stop_seconds=0.02)  # type: ignore[arg-type]
    await lifecycle.start()

    await lifecycle.stop()

    assert lifecycle.cut_off == ["extension slow"]
    assert "extension slow" in caplog.text
    assert lifecycle.trace[-1] == "stop database"


async def test_the_whole_stop_is_bounded_but_the_database_is_always_closed() -> None:
    lifecycle = Lifecycle(shutdown_seconds=0.03)
    closed = asyncio.Event()

    async def close() -> None:
        await asyncio.sleep(0)
        closed.set()

    lifecycle.add("database", start=nothing, stop=close, always=True)
    for number in range(5):
        lifecycle.add(f"slow {number}", start=nothing, stop=endless, stop_seconds=10)
    await lifecycle.start()
    async with asyncio.timeout(5):
        await lifecycle.stop()

    assert closed.is_set()
    assert len(lifecycle.cut_off) == 5


async def test_a_step_that_fails_to_stop_holds_up_nobody(caplog: pytest.LogCaptureFixture) -> None:
    lifecycle = Lifecycle()
    add_steps(lifecycle, "database")

    async def fail() -> None:
        raise RuntimeError("boom")

    lifecycle.add("module", stop=fail)
    await lifecycle.start()

    with caplog.at_level(logging.ERROR):
        assert await lifecycle.stop() == ExitCode.CLEAN
    assert "Stopping module failed" in caplog.text
    assert lifecycle.trace[-1] == "stop database"


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_is_an_ordered_stop(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    lifecycle = Lifecycle()

    async def send() -> None:
        os.kill(os.getpid(), number)

    add_steps(lifecycle, "database")
    lifecycle.add("sender", start=send, stop=nothing)

    async with asyncio.timeout(5):
        assert await lifecycle.run() == ExitCode.CLEAN
    assert lifecycle.trace[-1] == "stop database"
    assert signal.getsignal(number) is before


@pytest.mark.req("CORE-504")
@pytest.mark.skipif(os.name != "posix", reason="sends signals")
async def test_a_second_signal_ends_at_once_with_130_after_closing_the_database() -> None:
    lifecycle = Lifecycle()
    lifecycle.add("database", start=nothing, stop=nothing, always=True)
    add_steps(lifecycle, "extensions")

    async def hang_and_interrupt_again() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        await endless()

    lifecycle.add("commands", start=nothing, stop=hang_and_interrupt_again, stop_seconds=30)
    running = asyncio.create_task(lifecycle.run())
    lifecycle.request_stop()

    async with asyncio.timeout(5):
        assert await running == ExitCode.FORCED
    assert lifecycle.trace[-2:] == ["stop commands", "stop database"]


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
async def test_a_signal_during_a_long_start_ends_the_start() -> None:
    lifecycle = Lifecycle()
    add_steps(lifecycle, "database")

    async def interrupt_and_go_on() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await endless()

    lifecycle.add("login", start=interrupt_and_go_on, stop=nothing)
    async with asyncio.timeout(5):
        assert await lifecycle.run() == ExitCode.CLEAN
    assert lifecycle.trace == ["start database", "start login", "stop login", "stop database"]


@pytest.mark.req("CORE-512")
@pytest.mark.parametrize("error", [ConfigError, CredentialError, SchemaError, LockedError])
def test_what_trying_again_cannot_change_ends_with_78(error: type[ConfigError]) -> None:
    assert error("It is wrong.").exit_code == 78


@pytest.mark.req("CORE-512")
def test_exit_codes_are_those_that_supervisors_know() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "CLEAN": 0, "FAILED": 1, "USAGE": 2, "RESTART": 75, "CONFIG": 78, "FORCED": 130,
    }  # fmt: skip
