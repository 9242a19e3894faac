"""The pytest plugin of the testing kit: markers, fixtures and what a failing test prints.

pytest loads this file in every run of an environment that has Guildwright installed, also in those that never
use it: everything heavy is imported by the fixtures when a test asks for one.
"""

from __future__ import annotations

import pytest

APP_MARK = (
    "app(slices, extensions, config, environ): what the `app` fixture starts"
)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", APP_MARK)
