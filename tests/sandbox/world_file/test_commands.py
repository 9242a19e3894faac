"""The command line opens a world file, prints its form and writes the world of a running sandbox."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest
import yaml

from .test_world_file import BAKERY


async def call(*arguments: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "guildwright", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


@pytest.mark.req("SAND-106")
async def test_a_world_is_opened_and_exported_in_both_forms(tmp_path: Path) -> None:
    file = tmp_path / "bakery.yaml"
    file.write_text(yaml.safe_dump(BAKERY), encoding="utf-8")
    serve = ("sandbox", "serve", "--port", "0", "--json", "--world", str(file))
    serving = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "guildwright", *serve,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert serving.stdout is not None
    page = json.loads(await serving.stdout.readline())["page"]
    code, printed, _ = await call("sandbox", "export", page)
    assert code == 0
    assert yaml.safe_load(printed)["owner"] == "berta"
    written = tmp_path / "again.json"
    code, told, _ = await call("sandbox", "export", page, "--to", str(written))
    assert (code, json.loads(written.read_text())) == (0, yaml.safe_load(printed))
    assert f"--world {written}" in told
    code, _, error = await call("sandbox", "export", page, "--to", str(written))
    assert code == 2
    assert "is there already" in error
    serving.send_signal(signal.SIGINT)
    await serving.communicate()
    code, _, error = await call("sandbox", "export", page)
    assert code == 1
    assert "There is no sandbox at" in error


@pytest.mark.req("SAND-106")
async def test_a_wrong_file_ends_the_command_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "bakery.yaml"
    file.write_text(yaml.safe_dump(BAKERY | {"owner": "nobody"}), encoding="utf-8")
    for command in (
        ("sandbox", "serve", "--port", "0"),
        ("run", "--sandbox", "--dir", str(tmp_path / "bot")),
    ):
        code, _, error = await call(*command, "--world", str(file))
        assert code == 78
        assert "owner: there is no person 'nobody'" in error
        assert "Traceback" not in error


@pytest.mark.req("SAND-106")
async def test_the_form_is_printed_as_a_json_schema() -> None:
    code, printed, _ = await call("sandbox", "schema")
    schema = json.loads(printed)
    assert code == 0
    assert {"version", "owner", "people", "guilds"} <= schema["properties"].keys()
    assert "view_channel" in printed
