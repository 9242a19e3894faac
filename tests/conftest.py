"""Rules for the whole suite: claimed requirements reach the junit report, long runs wait to be asked for."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    record_claims(items)
    if "soak" not in config.getoption("markexpr"):
        leave_out(config, items, "soak")


def record_claims(items: list[pytest.Item]) -> None:
    """Write every `req` mark as a property of the test, which is what tools/spec_coverage.py counts."""
    for item in items:
        for mark in item.iter_markers("req"):
            item.user_properties.extend(("req", requirement) for requirement in mark.args)


def leave_out(config: pytest.Config, items: list[pytest.Item], mark: str) -> None:
    left = [item for item in items if item.get_closest_marker(mark)]
    if left:
        items[:] = [item for item in items if item not in left]
        config.hook.pytest_deselected(items=left)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn every skip into a failure in CI: a missing browser or client library is a broken machine there."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, but CI must run it: {report.longrepr}"
    return report
