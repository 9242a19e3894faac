"""Building the application for one test: an instance folder, the world's addresses, the chosen extensions."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guildwright.app import DEFAULT_SLICES, Application
from guildwright.kernel.config import load_instance
from guildwright.testing.errors import OutcomeError, require
from guildwright.testing.settling import LASTING, Watcher, name_of

if TYPE_CHECKING:
    import pytest

    from guildwright.testing.world import World

SLICES = "guildwright.features."
CANCEL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a test starts.

    `slices` are names of bundled slices (all by default). `extensions` are importable modules by dotted name,
    files or folders to copy into the instance, or a mapping of file name to source text. `config` holds keys
    of config.json, nested or dotted; `environ` holds variables.
    """

    slices: Iterable[str] | None = None
    extensions: Iterable[str | Path] | Mapping[str, str] = ()
    config: Mapping[str, Any] = field(default_factory=dict[str, Any])
    environ: Mapping[str, str] = field(default_factory=dict[str, str])


def read_mark(mark: pytest.Mark | None) -> Wanted:
    """Read `@pytest.mark.app(…)`; an unknown argument is a TypeError that names it."""
    return Wanted() if mark is None else Wanted(*mark.args, **mark.kwargs)


@asynccontextmanager
async def run_application(world: World, directory: Path, wanted: Wanted) -> AsyncIterator[Application]:
    """Start the application in the running loop; stop it, and fail when it leaves a task behind."""
    before = asyncio.all_tasks()
    modules = lay_out(directory, wanted)
    variables = {
        "DISCORD_TOKEN": world.token,
        "DISCORD_API_BASE": world.api_base,
        "DISCORD_CDN_BASE": world.cdn_base,
        "BOT_OWNER_ID": str(world.owner_id),
    }
    instance = load_instance(directory, variables | dict(wanted.environ), sandbox=True)
    slices = DEFAULT_SLICES if wanted.slices is None else [full_name(name) for name in wanted.slices]
    application = Application(instance, slices=[*slices, *modules], handle_signals=False, log=False)
    watcher = Watcher(world)
    watcher.listen_to(application.bot.http)
    world.watcher = watcher
    try:
        await application.start()
        refuse_failures(application)
        yield application
    finally:
        world.watcher = None
        await application.stop()
        watcher.stop()
    await refuse_leftovers(asyncio.all_tasks() - before)


def lay_out(directory: Path, wanted: Wanted) -> list[str]:
    """Write config.json and the extension files; return the names of modules to load as they are."""
    folder = directory / "extensions"
    folder.mkdir(parents=True)
    # A test changes files when it means to; watching them would cost every other test its time.
    config = {"auto_reload": False, **wanted.config}
    (directory / "config.json").write_text(json.dumps(nested(config)), encoding="utf-8")
    if isinstance(wanted.extensions, Mapping):
        for name, source in wanted.extensions.items():
            (folder / f"{name}.py").write_text(source, encoding="utf-8")
        return []
    modules: list[str] = []
    for extension in wanted.extensions:
        path = Path(extension)
        if path.is_dir():
            shutil.copytree(path, folder / path.name)
        elif path.is_file():
            shutil.copy(path, folder)
        else:
            modules.append(str(extension))
    return modules


def nested(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the object that `{"limits.message_cache": 0}` stands for."""
    document: dict[str, Any] = {}
    for path, value in config.items():
        *sections, last = path.split(".")
        place = document
        for section in sections:
            place = place.setdefault(section, {})
        place[last] = value
    return document


def full_name(name: str) -> str:
    return name if "." in name else SLICES + name


def refuse_failures(application: Application) -> None:
    """Fail when an extension that the test starts with did not load; the rest would only puzzle."""
    failed = [
        f"{name}: {result.failure}"
        for name, result in application.bot.extension_loader.results.items()
        if result.outcome == "failed"
    ]
    if failed:
        raise OutcomeError(f"Not loaded: {'; '.join(failed)}")


async def refuse_leftovers(tasks: set[asyncio.Task[Any]]) -> None:
    """Fail when a task goes on; one that is being cancelled may finish first."""
    tasks.discard(require(asyncio.current_task(), "not in a task"))
    for task in tasks:
        if name_of(task) in LASTING:
            task.cancel()  # discord.py leaves time-outs of views behind; nobody owns them
    left = (await asyncio.wait(tasks, timeout=CANCEL_SECONDS))[1] if tasks else set[Any]()
    if left:
        names = ", ".join(f"{task.get_name()} ({name_of(task)})" for task in left)
        raise OutcomeError(f"The application stopped but left tasks running: {names}.")
