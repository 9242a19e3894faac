"""What the tests of the bot share."""

import asyncio
import inspect

import pytest


@pytest.fixture
def until():
    """Wait until something that nobody announces is so; returns what the condition returned."""

    async def wait(condition, seconds=8.0):
        async with asyncio.timeout(seconds):
            while not (found := await resolve(condition())):  # noqa: ASYNC110 - see the docstring
                await asyncio.sleep(0.01)
            return found

    return wait


async def resolve(value):
    return await value if inspect.isawaitable(value) else value
