"""A file is the old one or the new one, whatever happens to the writer."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from guildwright.kernel.files import atomic_write_text, remove_leftovers

WRITER = """
import sys
from guildwright.kernel.files import atomic_write_text
number = 0
while True:
    number += 1
    atomic_write_text(sys.argv[1], f"{number}\\n" * 20_000)
    if number == 1:
        print("writing", flush=True)
"""


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


def test_content_is_replaced_and_missing_folders_are_made(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "er" / "file.txt"
    atomic_write_text(file, "old")
    atomic_write_text(file, "nëw\r\n")

    assert file.read_bytes() == "nëw\r\n".encode()
    assert names(file.parent) == ["file.txt"]


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")
def test_a_new_file_is_private_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    atomic_write_text(file, "secret")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    file.chmod(0o640)
    atomic_write_text(file, "more")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_write_that_fails_leaves_the_old_content(tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    atomic_write_text(file, "old")

    with pytest.raises(UnicodeEncodeError):
        atomic_write_text(file, "half of it \ud800")

    assert file.read_text() == "old"
    assert names(tmp_path) == ["file.txt"]


def test_a_killed_writer_leaves_no_half_file(tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    for _ in range(5):
        command = [sys.executable, "-c", WRITER, str(file)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            writer.kill()
        lines = file.read_text().splitlines()
        assert len(lines) == 20_000
        assert len(set(lines)) == 1

    remove_leftovers(tmp_path)
    assert names(tmp_path) == ["file.txt"]
