"""Asking a running sandbox over its control API, from the address that it printed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qs, urlsplit

import typer

from guildwright.kernel.errors import GuildwrightError

if TYPE_CHECKING:
    import aiohttp

Address = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="The chat page's address, as the sandbox printed it.")
]


class ControlError(GuildwrightError):
    """The sandbox cannot be asked, or says no."""

    code = "control"


@dataclass(frozen=True, slots=True)
class Control:
    """The control API of one world."""

    base: str
    client: "aiohttp.ClientSession"

    async def ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """Return the answer. Raises ControlError with the reason of a refusal."""
        async with self.client.request(method, f"{self.base}/{path}", **options) as answer:
            told = await answer.json()
            if not answer.ok:
                raise ControlError(told["error"]["message"])
            return told


@asynccontextmanager
async def control_of(address: str) -> AsyncGenerator[Control]:
    """Give the control API behind the address of a chat page.

    Raises:
        ControlError: There is no sandbox.
    """
    import aiohttp  # noqa: PLC0415 - slow to import, and only needed here

    base, token = _read_address(address)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as client:
        try:
            yield Control(base, client)
        except aiohttp.ClientConnectionError as error:
            raise ControlError(
                f"There is no sandbox at {base} (any more).", hint="Start one: guildwright run --sandbox"
            ) from error


def _read_address(address: str) -> tuple[str, str]:
    """The control API and its token, from the address of the chat page."""
    parts = urlsplit(address)
    token = parse_qs(parts.fragment).get("token", [""])[-1]
    if not parts.netloc or not token:
        raise typer.BadParameter(
            "give the address of the chat page, with #token=…, in quotes.", param_hint="ADDRESS"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/_sandbox", token
