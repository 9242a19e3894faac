"""The event loop that the verbs run in."""

import asyncio

from guildwright.cli import loop


def test_the_quickest_loop_is_taken() -> None:
    async def name_of_loop() -> str:
        return type(asyncio.get_running_loop()).__module__

    assert loop.run(name_of_loop()) == "uvloop"
