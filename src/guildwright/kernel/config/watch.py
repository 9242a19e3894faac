"""Notices edits of `config.json` and applies them within two seconds (CORE-308)."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from guildwright.kernel.config.config import Config
from guildwright.kernel.errors import Problem

logger = logging.getLogger("guildwright.config")

_DEBOUNCE_MS = 100
# How often the watching thread looks up from its sleep; stopping waits for it.
_STEP_MS = 50

Report = Callable[[tuple[Problem, ...]], None]


class ConfigWatcher:
    """Owns the task that watches; a wrong edit is logged once, reported, and changes nothing."""

    def __init__(self, config: Config, report: Report | None = None) -> None:
        self._config = config
        self._report = report
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Watch from now on."""
        if self._task is None and self._config.file is not None:
            self._task = asyncio.create_task(_watch(self._config, self._report), name="config watcher")

    async def close(self) -> None:
        """Stop watching; doing it twice is harmless."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})


async def _watch(config: Config, report: Report | None) -> None:
    if config.file is None:
        return
    # Imported here: the command line reads configurations without watching them.
    from watchfiles import awatch  # noqa: PLC0415 # pyright: ignore[reportUnknownVariableType] - anyio is optional to it

    name = config.file.name
    async for _ in awatch(
        config.file.parent,
        watch_filter=lambda _, path: Path(path).name == name,
        debounce=_DEBOUNCE_MS,
        step=_STEP_MS,
        recursive=False,
    ):
        reload(config, report)


def reload(config: Config, report: Report | None = None) -> None:
    """Read the file again; what is in force already changes nothing."""
    if config.file is None:
        return
    try:
        with config.file.open(encoding="utf-8", newline="") as stream:
            text = stream.read()
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        _reject((Problem(config.file.name, "cannot be read", str(error)),), report)
        return
    if text == config.document.text:
        return
    if wrong := config.apply_edit(text):
        _reject(wrong, report)


def _reject(problems: tuple[Problem, ...], report: Report | None) -> None:
    listed = "; ".join(map(str, problems))
    logger.error("The edit of config.json was not taken over, the old values stay: %s", listed)
    if report is not None:
        report(problems)
