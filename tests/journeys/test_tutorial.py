"""The tutorial, done as written: its extension and its test file are taken from the page and run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "first-extension.md"


def code_of(title: str) -> str:
    found = re.search(
        rf'```python title="{title}"\n(.*?)```', TUTORIAL.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found, f"the tutorial has no {title}"
    return found[1]


@pytest.mark.req("TEST-01")
def test_the_extension_and_the_tests_of_the_tutorial_run_as_written(tmp_path: Path) -> None:
    (tmp_path / "extensions").mkdir()
    (tmp_path / "extensions" / "cookies.py").write_text(code_of("cookies.py"), encoding="utf-8")
    (tmp_path / "test_cookies.py").write_text(code_of("test_cookies.py"), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:simcord"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert "4 passed" in ran.stdout, ran.stdout + ran.stderr
