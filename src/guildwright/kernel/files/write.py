"""Writes files so that a reader sees the old content or the new one, never half of either.

The text goes to a temporary file beside the target, reaches the disk, and replaces the target in one step.
"""

import contextlib
import os
import stat
import tempfile
from pathlib import Path

_PREFIX = ".tmp_"


def atomic_write_text(path: Path | str, text: str, mode: int = 0o600) -> None:
    """Replace the file's content in one step; an existing file keeps its mode, a new one gets `mode`.

    Missing folders are created. Raises OSError, and then the file is as it was.
    """
    target = Path(path).absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        mode = stat.S_IMODE(target.stat().st_mode)
    handle, temporary = tempfile.mkstemp(prefix=_PREFIX, dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def remove_leftovers(folder: Path) -> int:
    """Delete temporary files that a killed process left behind; return how many."""
    leftovers = [file for file in folder.glob(f"{_PREFIX}*") if file.is_file()]
    for file in leftovers:
        file.unlink(missing_ok=True)
    return len(leftovers)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system lets a folder be opened."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
