"""The repository keeps its own rules: small files, locks without addresses, nothing of one machine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tracked_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: the list of tracked files is unknown")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_source_file_is_longer_than_the_limit() -> None:
    ran = subprocess.run(
        [sys.executable, "tools/file_sizes.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_carry_hashes_and_no_index_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    pinned = re.findall(r"^[a-z0-9][^\n]*==", text, re.MULTILINE)
    assert pinned
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z0-9])", text) if block.strip())


def test_nothing_tracked_names_a_path_of_one_machine() -> None:
    machine_path = re.compile(r"(?<![\w.])/(?:work|tmp|root|home)/[a-z]")
    named = [
        f"{file.relative_to(ROOT)}: {line.strip()[:80]}"
        for file in tracked_files()
        if file.suffix in {".py", ".js", ".toml", ".yml", ".yaml", ".css", ".html"}
        or file.name in {"Makefile", "run"}
        for line in file.read_text(encoding="utf-8").splitlines()
        if machine_path.search(line)
    ]
    assert not named
