"""Stands in for the fixtures where pytest-asyncio is missing: says what to install."""

from __future__ import annotations

import pytest

SENTENCE = "The fixtures of guildwright.testing need pytest-asyncio: pip install pytest-asyncio"


@pytest.fixture
def world() -> None:
    pytest.fail(SENTENCE, pytrace=False)
