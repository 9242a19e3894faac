"""`guildwright init`: a new instance, without touching anything that exists (CORE-105)."""

import os
from importlib import resources
from pathlib import Path

from guildwright.cli.report import Directory, say
from guildwright.kernel.errors import GuildwrightError

_SECRET_MODE = 0o600
_OPEN_MODE = 0o644


class NotEmptyError(GuildwrightError):
    """A file that would be written is there already."""

    code = "exists"


def init(directory: Directory = Path()) -> None:
    """Write a new bot.

    Writes .env, config.json, main.py and an example extension, and tells the steps to connect it.
    """
    folder = create_instance(directory)
    option = "" if folder == Path.cwd() else f" --dir {directory}"
    say(_template("steps").format(directory=folder, option=option).rstrip())


def create_instance(directory: Path) -> Path:
    """Write the files of a new instance and return its folder; raises NotEmptyError naming what exists."""
    from guildwright.kernel.config.config import new_document  # noqa: PLC0415 - heavy, and only needed here

    folder = directory.absolute()
    files = {
        ".env": (_template("env"), _SECRET_MODE),
        "config.json": (new_document().text, _SECRET_MODE),
        "main.py": (_template("main"), _OPEN_MODE),
        "extensions/hello.py": (_template("hello"), _OPEN_MODE),
    }
    existing = [name for name in files if (folder / name).exists()]
    if existing:
        raise NotEmptyError(
            f"{folder} already has {', '.join(existing)}; nothing was written.",
            hint="Choose another directory with --dir.",
        )
    try:
        for name, (text, mode) in files.items():
            _write_new(folder / name, text, mode)
    except OSError as error:
        raise GuildwrightError(
            f"{folder} cannot be written: {error}.", hint="Choose another directory with --dir."
        ) from error
    return folder


def is_empty(directory: Path) -> bool:
    """Say whether a directory is missing or has nothing in it."""
    return not directory.exists() or (directory.is_dir() and next(directory.iterdir(), None) is None)


def _write_new(file: Path, text: str, mode: int) -> None:
    """Create the file with its mode from the first byte on; an existing one is an error."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)


def _template(name: str) -> str:
    return (resources.files("guildwright.cli") / "templates" / f"{name}.txt").read_text(encoding="utf-8")
