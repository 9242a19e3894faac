"""Opening a sandbox in this process; its packages are an extra, and their absence is a sentence."""

from pathlib import Path
from typing import TYPE_CHECKING

from guildwright.kernel.errors import MissingExtraError

if TYPE_CHECKING:
    from guildwright.sandbox.server import Sandbox
    from guildwright.sandbox.settings import LimitMode

_PACKAGES = frozenset(
    {"simcord", "uvicorn", "fastapi", "starlette", "httptools", "websockets", "markdown_it", "yaml"}
)


async def open_sandbox(
    port: int | None,
    *,
    seed: int | None = None,
    limits: "LimitMode" = "headers",
    keep: Path | None = None,
    record: Path | None = None,
    world: Path | None = None,
) -> "Sandbox":
    """Start a sandbox on `port`, on 8090 or the next free one without it.

    Raises:
        MissingExtraError: the packages of the sandbox are not installed.
        PortError: the port is taken.
        RecordError: the file to record to exists or cannot be made.
        WorldFileError: the file of the world is wrong.
    """
    try:
        from guildwright.sandbox.server import Sandbox, bind  # noqa: PLC0415 - an extra
        from guildwright.sandbox.world_file.reading import read_world_file  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _PACKAGES:
            raise
        raise MissingExtraError(
            f"The sandbox needs packages that are not installed ({error.name}).",
            hint="Install them: pip install 'guildwright[sandbox]'",
        ) from error
    file = None if world is None else read_world_file(world)
    sandbox = Sandbox(seed=seed, limits=limits, keep=keep, record=record, world=file)
    await sandbox.start(bind(port))
    return sandbox
