"""One bot's directory: its variables, its configuration and its folders (shape D11).

`load_instance` either returns everything or raises one error that lists everything that is wrong.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from guildwright.kernel.config.config import Config, new_document
from guildwright.kernel.config.document import Document
from guildwright.kernel.config.environment import Environment, read_environment
from guildwright.kernel.config.registry import REGISTRY, Registry
from guildwright.kernel.config.validate import errors, judge
from guildwright.kernel.errors import ConfigError, Problem
from guildwright.kernel.files import atomic_write_text, remove_leftovers

CONFIG_NAME = "config.json"
FOLDERS = ("extensions", "data", "botlogs", "migrations")
_PLACEHOLDER = "README.txt"
_PLACEHOLDER_TEXT = (
    "Python files in this folder are loaded as extensions when the bot starts.\n"
    "A file NAME.py needs an `async def setup(bot)` that adds its cog.\n"
)


@dataclass(frozen=True, slots=True)
class Instance:
    """Everything the operator decided about one bot."""

    directory: Path
    config: Config
    environment: Environment
    problems: tuple[Problem, ...] = ()
    """Warnings, and with `ignore_errors` the errors; what merely takes its default stands in `defaults`."""
    defaults: tuple[Problem, ...] = ()

    @property
    def owner_ids(self) -> frozenset[int]:
        """Owners of the bot, of the variable and of the configuration."""
        first = {self.environment.owner_id} if self.environment.owner_id else set[int]()
        return frozenset(first | set(self.config.get("owner_ids")))

    @property
    def data_directory(self) -> Path:
        """Where databases and run state are."""
        return self.directory / self.config.get("database.base_path")

    @property
    def database_url(self) -> str:
        """Address of the database: `DATABASE_URL`, else SQLite in the data directory."""
        return self.environment.database_url or f"sqlite:///{(self.data_directory / 'main.db').as_posix()}"


def load_instance(
    directory: Path | str,
    environ: Mapping[str, str] = os.environ,
    *,
    sandbox: bool = False,
    ignore_errors: bool = False,
    write: bool = True,
    registry: Registry = REGISTRY,
) -> Instance:
    """Read and judge the instance in this directory.

    `sandbox` accepts a missing token and owner, `ignore_errors` uses defaults for wrong keys and variables,
    `write=False` neither creates folders nor a configuration. Raises ConfigError listing all problems.
    """
    folder = Path(directory).absolute()
    if not folder.is_dir():
        raise ConfigError(f"There is no directory {folder}.", hint="Create one: guildwright init --dir DIR.")
    environment = read_environment(folder, environ, registry)
    document = _read_document(folder / CONFIG_NAME, write=write)
    verdict = judge(document.data, registry)
    satisfied = set(environment.overrides)
    problems = [
        problem
        for problem in (*environment.problems, *verdict.problems)
        if problem.path not in satisfied or problem.found != "missing"
    ]
    missing = [] if sandbox else _missing_credentials(folder, environment)
    wrong = errors(problems)
    refused = [*missing, *(() if ignore_errors else wrong)]
    if refused:
        raise _refusal(folder, refused, [problem for problem in problems if problem not in refused])
    if write:
        _prepare_folders(folder)
    config = Config(document, file=folder / CONFIG_NAME, overrides=environment.overrides, registry=registry)
    told = tuple(problem for problem in problems if problem.severity != "info")
    defaults = tuple(problem for problem in problems if problem.severity == "info")
    return Instance(folder, config, environment, told, defaults)


def _read_document(file: Path, *, write: bool) -> Document:
    """Read the configuration; a missing one is written with the defaults, a broken one never touched."""
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            return Document.parse(stream.read(), file.name)
    except FileNotFoundError:
        document = new_document()
        if write:
            _write(file, document)
        return document
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{file} cannot be read: {error}.",
            hint="It must be a text in UTF-8 that this user may read; it was left as it is.",
            problems=(Problem(file.name, "cannot be read", str(error)),),
        ) from error


def _write(file: Path, document: Document) -> None:
    try:
        atomic_write_text(file, document.text)
    except OSError as error:
        raise ConfigError(
            f"{file} cannot be written: {error}.", hint="Give this user the right to."
        ) from error


def _prepare_folders(folder: Path) -> None:
    """Create what is missing and clear what a killed write left; nothing that exists is touched."""
    remove_leftovers(folder)
    fresh = not (folder / "extensions").exists()
    try:
        for name in FOLDERS:
            (folder / name).mkdir(exist_ok=True)
        if fresh:
            (folder / "extensions" / _PLACEHOLDER).write_text(_PLACEHOLDER_TEXT, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be prepared: {error}.", hint="Give this user the right to write there."
        ) from error


def _missing_credentials(folder: Path, environment: Environment) -> list[Problem]:
    wrong = {problem.path for problem in environment.problems if problem.severity == "error"}
    missing: list[Problem] = []
    if environment.token is None and "DISCORD_TOKEN" not in wrong:
        option = "" if folder == Path.cwd() else f" --dir {folder}"
        advice = (
            f"put its token into {folder / '.env'}, or try without one: guildwright run --sandbox{option}"
        )
        missing.append(Problem("DISCORD_TOKEN", "not set", advice))
    if environment.owner_id is None and "BOT_OWNER_ID" not in wrong:
        advice = f"put your own user ID (17–20 digits) into {folder / '.env'}"
        missing.append(Problem("BOT_OWNER_ID", "not set", advice))
    return missing


def _refusal(folder: Path, refused: list[Problem], others: list[Problem]) -> ConfigError:
    """Tell every reason; the error carries the warnings too, for whoever lists everything."""
    problems = (*refused, *others)
    if len(refused) == 1:
        return ConfigError(f"{refused[0]}.", problems=problems)
    listed = "".join(f"\n  {problem}" for problem in refused)
    return ConfigError(f"{len(refused)} things are wrong in {folder}:{listed}", problems=problems)
