"""`guildwright config`: reads and changes `config.json` from the shell."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from guildwright.cli.report import AsJson, Directory, say, say_json, warn
from guildwright.kernel.errors import ConfigError
from guildwright.kernel.secrets import MASK, is_secret_name

if TYPE_CHECKING:
    from guildwright.kernel.config import Config

app = typer.Typer(help="Read and change config.json.", no_args_is_help=True)


@app.command("get")
def get(
    key: Annotated[str, typer.Argument(metavar="[KEY]", help="Dotted path, such as logging.level.")] = "",
    directory: Directory = Path(),
    as_json: AsJson = False,
) -> None:
    """Show the value of one key, or of all.

    What is shown is in force: variables of the environment count.
    """
    config = _load(directory)
    if key and config.get(key) is None and key not in config.registry.keys:
        raise typer.BadParameter(_unknown(config, key), param_hint="KEY")
    value = _masked(key, config.get(key) if key else config.effective())
    if as_json or not isinstance(value, str):
        say_json(value)
    else:
        say(value)


@app.command("set")
def set_value(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Dotted path, such as logging.level.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Text, number, true, false, or JSON.")],
    directory: Directory = Path(),
) -> None:
    """Change one key.

    Everything else in the file stays as it is; a running bot takes the change over.
    """
    config = _load(directory)
    if config.file is None or not config.file.exists():
        raise ConfigError(f"There is no config.json in {directory.absolute()}.", hint="Run: guildwright init")
    if config.registry.is_section(key):
        raise typer.BadParameter(f"{key} is a section; set one of the keys below it.", param_hint="KEY")
    if key not in config.registry.keys and not config.registry.is_open(key):
        warn(_unknown(config, key))
    asyncio.run(config.set(key, _parse(config, key, value)))
    known = config.registry.keys.get(key)
    when = "" if known is None or known.live else " It counts after a restart."
    say(f"{key} is saved.{when}")


@app.command("schema")
def schema(
    as_json: AsJson = False,
    env: Annotated[
        bool, typer.Option("--env", help="Print every environment variable as .env file.")
    ] = False,
) -> None:
    """Show every key that there is.

    With its default, what it may hold, and whether a change counts at once.
    """
    from guildwright.kernel.config.example import env_example  # noqa: PLC0415 - heavy, and only needed here
    from guildwright.kernel.config.registry import REGISTRY  # noqa: PLC0415

    if env:
        say(env_example(REGISTRY).rstrip())
        return
    rows = [
        {
            "key": key.path,
            "default": key.default,
            "expected": key.kind.expected.removeprefix("expected "),
            "choices": list(key.kind.choices),
            "live": key.live,
            "description": key.description,
        }
        for key in REGISTRY.keys.values()
    ]
    if as_json:
        say_json(rows)
        return
    for row in rows:
        say(f"{row['key']} = {json.dumps(row['default'], ensure_ascii=False)}")
        when = "" if row["live"] else "; counts after a restart"
        expected = "" if row["expected"] == "a text" else f" ({row['expected']})"
        say(f"    {row['description']}{expected}{when}")


def _load(directory: Path) -> "Config":
    from guildwright.kernel.config import load_instance  # noqa: PLC0415 - heavy, and only needed here

    return load_instance(directory, sandbox=True, write=False).config


def _parse(config: "Config", key: str, text: str) -> Any:
    """Read the argument as its key wants it; unknown keys take JSON, and text where it is none."""
    from guildwright.kernel.config.kinds import KindError, describe  # noqa: PLC0415 - heavy, only needed here

    known = config.registry.keys.get(key)
    try:
        return json.loads(text) if known is None else known.kind.parse(text)
    except KindError as error:
        given = f"{describe(text)} given"
        raise typer.BadParameter(
            f"{key}{error.suffix}: {given}; {error.expected}", param_hint="VALUE"
        ) from None
    except ValueError:
        return text


def _unknown(config: "Config", key: str) -> str:
    nearest = config.registry.nearest_key(key)
    return f"{key} is not a known key" + (f"; did you mean {nearest}?" if nearest else ".")


def _masked(path: str, value: Any) -> Any:
    """Hide what stands under a name that says it is secret (CORE-204)."""
    if isinstance(value, dict):
        return {name: _masked(name, inner) for name, inner in value.items()}
    return MASK if value and is_secret_name(path.rpartition(".")[2]) else value
