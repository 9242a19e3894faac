"""`guildwright sandbox schema` and `export`: the form of a world file, and the present world in it."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from guildwright.cli import loop
from guildwright.cli.control import Address, control_of
from guildwright.cli.report import say, say_json
from guildwright.kernel.files import atomic_write_text


def schema() -> None:
    """Print the JSON schema of a world file, for editors and for reading."""
    from guildwright.sandbox.world_file.shape import WorldFile  # noqa: PLC0415 - an extra

    say_json(WorldFile.model_json_schema())


def export(
    address: Address,
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False, metavar="FILE", help="Write to FILE: JSON if it ends in .json, else YAML."
        ),
    ] = None,
) -> None:
    """Write the world of a running sandbox as a world file."""
    if to is not None and to.exists():
        raise typer.BadParameter(f"{to} is there already; name another file.", param_hint="--to")
    text = _write(loop.run(_ask(address)), as_json=to is not None and to.suffix == ".json")
    if to is None:
        say(text)
        return
    atomic_write_text(to, text + "\n", mode=0o644)
    say(f"The world is in {to}. Open it: guildwright run --sandbox --world {to}")


async def _ask(address: str) -> dict[str, Any]:
    async with control_of(address) as control:
        return (await control.ask("GET", "export"))["world"]


def _write(document: dict[str, Any], *, as_json: bool) -> str:
    import yaml  # noqa: PLC0415 - an extra

    if as_json:
        return json.dumps(document, indent=2, ensure_ascii=False)
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100).rstrip()
