"""Counting is cheap and bounded."""

import pytest

from guildwright.kernel.metrics import Metrics


@pytest.mark.req("CORE-1501", "CORE-1502")
def test_the_figures_have_the_names_that_extensions_read() -> None:
    metrics = Metrics()
    for name in ("help", "ping", "ping"):
        metrics.record_command(name)
    metrics.record_command("ping", slash=True)
    metrics.record_message()
    metrics.record_error()
    metrics.record_error(user=True)

    stats = metrics.get_stats()
    assert isinstance(stats["uptime"], float)
    assert list(stats["top_commands"].items()) == [("ping", 3), ("help", 1)]
    counted = ("commands_processed", "messages_seen", "error_count", "user_error_count", "tracked_commands")
    assert [stats[name] for name in counted] == [4, 1, 1, 1, 2]
    assert stats["slash_commands_processed"] == 1
    assert stats["commands_per_minute"] == 4
    assert metrics.get_uptime() >= 0
    assert metrics.start_time > 0


@pytest.mark.req("CORE-1503")
def test_new_commands_enter_though_a_hundred_are_tracked() -> None:
    metrics = Metrics()
    for number in range(150):
        metrics.record_command("old")
        metrics.record_command(f"command{number}")

    assert metrics.get_stats()["tracked_commands"] == 100
    assert "command149" in metrics.command_count
    assert metrics.command_count["old"] == 150
