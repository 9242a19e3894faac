"""What one test registers as a secret is none to the next."""

import pytest

from guildwright.kernel import secrets


@pytest.fixture(autouse=True)
def _forget_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_known", type(secrets._known)())
