"""The pytest plugin of the testing kit: markers, fixtures and what a failing test prints.

pytest loads this file in every run of an environment that has Guildwright installed, also in those that never
use it: everything heavy is imported by the fixtures when a test asks for one.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

APP_MARK = "app(slices, extensions, config, environ): what the `app` fixture starts"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", APP_MARK)
    if config.pluginmanager.hasplugin("asyncio"):
        from guildwright.testing import fixtures  # noqa: PLC0415 - not loaded where it is not used
    else:
        from guildwright.testing import missing as fixtures  # noqa: PLC0415 - not loaded where it is not used
    config.pluginmanager.register(fixtures, "guildwright-fixtures")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        from guildwright.testing.report import add_evidence  # noqa: PLC0415 - not loaded where it is not used

        add_evidence(item, report)
    return report
