"""`guildwright run`: the bot, alone or together with the sandbox."""

import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from guildwright.cli import handover, loop
from guildwright.cli.report import Directory, unexpected
from guildwright.kernel.errors import GuildwrightError
from guildwright.kernel.exit_code import ExitCode


def run(
    directory: Directory = Path(),
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Use a simulated Discord on this machine; no token is needed.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65_535, metavar="N", help="Port of the sandbox; 8090 or the next free one without it."
        ),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False,
            metavar="FILE",
            help="Write what crosses between sandbox and bot to FILE, secrets masked.",
        ),
    ] = None,
    world: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False, metavar="FILE", help="Open the world of FILE in the sandbox (JSON or YAML)."
        ),
    ] = None,
    ignore_config_errors: Annotated[
        bool, typer.Option("--ignore-config-errors", help="Use defaults for wrong keys and variables.")
    ] = False,
    supervised: Annotated[bool, typer.Option("--supervised", hidden=True)] = False,
) -> None:
    """Start the bot, with or without Discord.

    Stop it with Ctrl+C.
    """
    if sandbox:
        from guildwright.cli.together import run_together  # noqa: PLC0415 - needs the sandbox's packages

        raise typer.Exit(
            run_together(directory, port=port, record=record, world=world, ignore_errors=ignore_config_errors)
        )
    for option, value in {"--port": port, "--record": record, "--world": world}.items():
        if value is not None:
            raise typer.BadParameter("this is for the sandbox; add --sandbox.", param_hint=option)
    environ: Mapping[str, str] = os.environ
    if supervised:
        _import_the_bot()
        handed = handover.receive()
        if handed is None:
            raise typer.Exit(ExitCode.CLEAN)
        environ = {**os.environ, **handed}
    raise typer.Exit(run_bot(directory, environ, ignore_errors=ignore_config_errors))


def run_bot(directory: Path, environ: Mapping[str, str], *, ignore_errors: bool = False) -> ExitCode:
    """Run the bot of this directory until it ends; a start that fails is one line in the log."""
    from guildwright.kernel.config import load_instance  # noqa: PLC0415 - heavy, and only needed here
    from guildwright.kernel.logs import say_critical  # noqa: PLC0415

    try:
        instance = load_instance(directory, environ, ignore_errors=ignore_errors)
        # Extensions use paths such as ./data/x.json; they mean the instance (CORE-102).
        os.chdir(instance.directory)
        from guildwright import app  # noqa: PLC0415 - imports discord.py, in vain if the instance is wrong

        return loop.run(app.Application(instance).run())
    except GuildwrightError as error:
        say_critical(error.sentence)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the outermost frame: the log gets a sentence instead
        say_critical(unexpected(error))
        return ExitCode.FAILED


def _import_the_bot() -> None:
    """Load what takes long while the sandbox starts beside this process."""
    for module in ("guildwright.app", "guildwright.kernel.config"):
        importlib.import_module(module)
