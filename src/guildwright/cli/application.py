"""Puts the verbs together and turns every outcome into an exit code and a sentence."""

from collections.abc import Sequence

import typer

from guildwright.cli import check, config, ext, init, report, run, sandbox, test, version
from guildwright.kernel.errors import GuildwrightError
from guildwright.kernel.exit_code import ExitCode

# typer carries its own copy of click; this is the class of every wrong usage, in either.
UsageError: type[Exception] = typer.BadParameter.__bases__[0]

app = typer.Typer(
    name="guildwright",
    help="Build, test, run and operate a Discord bot.",
    epilog="No token? Try it now: guildwright run --sandbox --dir ./sandbox-bot",
    add_completion=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def show_help_without_verb(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


app.command("init")(init.init)
app.command("run")(run.run)
app.command("check")(check.check)
app.add_typer(ext.app, name="ext")
app.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
    test.run_tests
)
app.add_typer(config.app, name="config")
app.add_typer(sandbox.sandbox_app, name="sandbox")
app.command("version")(version.version)


def run_command_line(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; nothing that happens in it reaches a person as a traceback."""
    try:
        code = app(args=arguments, prog_name="guildwright", standalone_mode=False)
    except UsageError as error:
        report.fail(_one_line(error))
        return ExitCode.USAGE
    except typer.Abort:
        return ExitCode.FORCED
    except GuildwrightError as error:
        report.fail(error.sentence)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the outermost frame: a person gets a sentence instead
        report.fail(report.unexpected(error))
        return ExitCode.FAILED
    return code if isinstance(code, int) else ExitCode.CLEAN


def _one_line(error: Exception) -> str:
    """Name the wrong argument and where help is, in one line (CORE-104)."""
    message = str(getattr(error, "format_message", error.__str__)())
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "guildwright"
    return f"{' '.join(message.split())} (help: {path} --help)"
