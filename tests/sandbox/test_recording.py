"""What a recording holds, and what it never does."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from websockets.asyncio.client import connect

from guildwright.sandbox import recording
from guildwright.sandbox.people.commands import run_command
from guildwright.sandbox.people.person import find_person
from guildwright.sandbox.recording import RecordError
from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import World


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "session.ndjson"


@pytest.fixture
async def sandbox(file: Path) -> AsyncIterator[Sandbox]:
    running = Sandbox(record=file)
    await running.start()
    yield running
    await running.stop()


def text_of(file: Path) -> str:
    return file.read_text()


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text_of(file).splitlines()]


def is_private(file: Path) -> bool:
    return stat.S_IMODE(file.stat().st_mode) == 0o600


async def use(sandbox: Sandbox, world: World) -> set[str]:
    """A bot's day: log in, a command, an answer, a webhook, garbage; returns every secret that there was."""
    address, backend = sandbox.address(), world.backend
    general = next(channel.id for channel in backend.channels.values() if channel.name == "general")
    mia = next(user.id for user in backend.users.values() if user.name == "mia")
    secrets = {world.token, sandbox.control_token}
    headers = {"Authorization": f"Bot {world.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        connect(f"{world.gateway.url}/?v=10&encoding=json", compression=None) as socket,
    ):

        async def call(method: str, path: str, body: Any = None) -> Any:
            async with client.request(method, address.api_base + path, json=body) as answer:
                text = await answer.read()
                return json.loads(text) if answer.content_type == "application/json" else text

        await socket.recv()
        properties = {"os": "", "browser": "", "device": ""}
        body = {"token": world.token, "intents": 513, "properties": properties}
        await socket.send(json.dumps({"op": 2, "d": body}, indent=2))
        while json.loads(await socket.recv())["t"] != "READY":
            pass
        await call(
            "POST",
            f"/applications/{backend.application_id}/commands",
            {"name": "ping", "description": "Answers.", "type": 1},
        )
        record = run_command(find_person(world, mia), general, ["ping"], {})
        secrets.add(record.token)
        answer = {"type": 4, "data": {"content": "pong"}}
        await call("POST", f"/interactions/{record.id}/{record.token}/callback", answer)
        followups = f"/webhooks/{backend.application_id}/{record.token}"
        await call("PATCH", f"{followups}/messages/@original", {"content": "edited"})
        hook = backend.create_webhook(general, "hook", world.bot_id)
        secrets.add(hook.token)
        await call("POST", f"/webhooks/{hook.id}/{hook.token}", {"content": "by webhook"})
        told = f"{world.token} {hook.token} {record.token} https://discord.com/api/webhooks/1/{'x' * 40}"
        message = {"content": told, "nonce": sandbox.control_token[:25]}
        await call("POST", f"/channels/{general}/messages", message)
        await call("GET", f"/nowhere/{world.token}?token={world.token}&client_secret=planted-secret")
        await call("POST", "/oauth2/token", {"client_secret": "planted-secret", "code": "planted-code"})
        await socket.send("no JSON at all, but\na token: " + world.token)
        await socket.wait_closed()
    return secrets | {"x" * 40, "planted-secret", "planted-code"}


@pytest.mark.req("SAND-503")
async def test_every_line_is_valid_and_no_secret_is_in_it(sandbox: Sandbox, world: World, file: Path) -> None:
    secrets = await use(sandbox, world)
    await sandbox.stop()

    found = lines(file)
    text = text_of(file)
    assert [secret for secret in secrets if secret in text] == []
    assert [line["n"] for line in found] == list(range(1, len(found) + 1))
    assert found[0]["what"] == "recording"
    assert is_private(file)


@pytest.mark.req("SAND-503")
async def test_both_sides_are_in_it_in_both_directions(sandbox: Sandbox, world: World, file: Path) -> None:
    await use(sandbox, world)
    await sandbox.stop()

    found = lines(file)
    frames = [line for line in found if line["what"] == "frame"]
    to_bot = [line["frame"].get("t") for line in frames if line["to"] == "bot"]
    to_discord = [line for line in frames if line["to"] == "discord"]
    calls = {f"{line['method']} {line['path']}": line for line in found if line["what"] == "call"}
    sent = next(line for title, line in calls.items() if title.endswith("/messages"))
    assert {"READY", "GUILD_CREATE", "INTERACTION_CREATE", "MESSAGE_CREATE"} <= set(to_bot)
    assert to_discord[0]["frame"]["op"] == 2
    assert to_discord[0]["frame"]["d"]["token"] == "***"
    assert to_discord[-1]["frame_text"].startswith("no JSON at all")
    assert [line["what"] for line in found if line["what"] in {"open", "close"}] == ["open", "close"]
    assert sent["status"] == 200
    assert sent["request"]["content"] == sent["response"]["content"]
    assert {line["world"] for line in found[1:]} == {"default"}
    assert {line["connection"] for line in frames} == {1}


@pytest.fixture
def diary(file: Path) -> Path:
    file.write_text("dear diary")
    return file


async def test_an_existing_file_is_not_overwritten(diary: Path) -> None:
    with pytest.raises(RecordError, match="exists already"):
        await Sandbox(record=diary).start()
    assert text_of(diary) == "dear diary"
    with pytest.raises(RecordError, match="cannot be written"):
        await Sandbox(record=diary / "below").start()


async def test_a_slow_disk_stops_nobody_and_what_is_lost_is_told(
    sandbox: Sandbox, world: World, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked, held, write = asyncio.Event(), [True], os.write
    release = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(descriptor: int, data: Any) -> int:
        if held[0]:
            held[0] = False
            loop.call_soon_threadsafe(blocked.set)
            asyncio.run_coroutine_threadsafe(release.wait(), loop).result(5)
        return write(descriptor, data)

    monkeypatch.setattr(recording.os, "write", slow)
    monkeypatch.setattr(recording, "BACKLOG_BYTES", 2_000)
    headers = {"Authorization": f"Bot {world.token}"}
    async with aiohttp.ClientSession(headers=headers) as client:
        for number in range(60):
            async with client.get(f"{sandbox.address().api_base}/users/@me") as answer:
                assert answer.status == 200
            if not number:
                await blocked.wait()
    release.set()
    await sandbox.stop()
    told = [line["lines"] for line in lines(file) if line["what"] == "lost"]
    kept = sum(line["what"] == "call" for line in lines(file))
    assert told
    assert kept + sum(told) == 60


async def test_a_disk_that_refuses_is_told_in_the_log_and_the_bot_goes_on(
    sandbox: Sandbox, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(descriptor: int, data: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recording.os, "write", refuse)
    await use(sandbox, world)
    await sandbox.stop()
    assert "No space left on device" in caplog.text


@pytest.mark.req("SAND-503")
async def test_one_command_records_the_bot_that_it_starts(tmp_path: Path, file: Path) -> None:
    run = ["run", "--sandbox", "--port", "0", "--dir", str(tmp_path / "bot"), "--record", str(file)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "guildwright", *run),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while not (line := (await process.stdout.readline()).decode()).startswith("Chat page"):
            assert line, "it ended before the bot was ready"
        process.send_signal(signal.SIGINT)
        await process.communicate()
    frames = [line["frame"] for line in lines(file) if line["what"] == "frame"]
    assert frames[0]["op"] == 10
    assert "READY" in [frame["t"] for frame in frames if "t" in frame]
    assert line.rpartition("#token=")[2].strip() not in text_of(file)
