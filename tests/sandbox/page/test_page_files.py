"""The page's files: what is served, under which policy, and nothing else."""

from __future__ import annotations

import re

import aiohttp
import pytest

from guildwright.sandbox.page.files import STATIC, static_files
from guildwright.sandbox.server import Sandbox

LONGEST_MODULE = 300


@pytest.mark.req("SAND-601")
async def test_the_page_is_served_under_a_closed_policy(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        for name in ("", *static_files()):
            async with session.get(f"http://127.0.0.1:{sandbox.port}/{name}") as answer:
                assert answer.status == 200
                policy = answer.headers["Content-Security-Policy"]
                assert policy.startswith("default-src 'self'; img-src 'self' data:; ")
                assert f"connect-src 'self' ws://127.0.0.1:{sandbox.port};" in policy
                assert "unsafe" not in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.req("SAND-601")
async def test_an_unchanged_file_is_not_sent_again(sandbox: Sandbox) -> None:
    address = f"http://127.0.0.1:{sandbox.port}/js/main.js"
    async with aiohttp.ClientSession() as session:
        async with session.get(address) as first:
            tag = first.headers["ETag"]
        async with session.get(address, headers={"If-None-Match": tag}) as second:
            assert (second.status, await second.read()) == (304, b"")
        async with session.head(address) as head:
            assert (head.status, await head.read()) == (200, b"")


@pytest.mark.req("SAND-601")
@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "../files.py",
        "..%2ffiles.py",
        "js/..%2f..%2ffiles.py",
        "%2e%2e/inline.py",
        "js/",
        "index.html/",
    ],
)
async def test_nothing_but_the_page_is_served(sandbox: Sandbox, path: str) -> None:
    from yarl import URL

    address = URL(f"http://127.0.0.1:{sandbox.port}/{path}", encoded=True)
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        assert answer.status == 404
        assert "The page itself is at /" in await answer.text()


async def test_the_page_is_only_read(sandbox: Sandbox) -> None:
    address = f"http://127.0.0.1:{sandbox.port}/"
    async with aiohttp.ClientSession() as session, session.post(address) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


async def test_a_world_is_found_without_the_last_slash_too(sandbox: Sandbox) -> None:
    await sandbox.open_world("other")
    address = f"http://127.0.0.1:{sandbox.port}/w/other?as=1"
    async with aiohttp.ClientSession() as session:
        async with session.get(address, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (308, "/w/other/?as=1")
        async with session.get(address) as answer:
            assert "<title>Guildwright sandbox</title>" in await answer.text()


@pytest.mark.req("SAND-601")
async def test_a_foreign_host_does_not_get_into_the_policy(sandbox: Sandbox) -> None:
    address = f"http://127.0.0.1:{sandbox.port}/"
    for host in ("evil.example", "127.0.0.1;script-src *", "localhost.evil.example:80"):
        async with aiohttp.ClientSession() as session, session.get(address, headers={"Host": host}) as answer:
            assert "connect-src 'self';" in answer.headers["Content-Security-Policy"]


def test_every_module_is_short_and_used() -> None:
    modules = {path.name: path.read_text() for path in (STATIC / "js").glob("*.js")}
    imported = {name for text in modules.values() for name in re.findall(r"\"\./([\w]+\.js)\"", text)}
    assert set(modules) - imported == {"main.js", "authorize.js"}
    assert imported <= set(modules)
    assert {name for name, text in modules.items() if text.count("\n") > LONGEST_MODULE} == set()


def test_every_import_is_exported_and_every_export_imported() -> None:
    modules = {path.name: path.read_text() for path in (STATIC / "js").glob("*.js")}
    exported = {
        (module, name)
        for module, text in modules.items()
        for name in re.findall(r"^export (?:async )?(?:function|const|class) (\w+)", text, re.MULTILINE)
    }
    imported = {
        (module, name.strip())
        for text in modules.values()
        for names, module in re.findall(r"^import \{([^}]+)\} from \"\./(\w+\.js)\"", text, re.MULTILINE)
        for name in names.split(",")
        if name.strip()
    }
    assert imported <= exported
    whole = {
        module
        for text in modules.values()
        for module in re.findall(r"import \* as \w+ from \"\./(\w+\.js)", text)
    }
    assert {(module, name) for module, name in exported - imported if module not in whole} == set()


def test_every_file_that_the_page_names_exists() -> None:
    page = (STATIC / "index.html").read_text()
    assert set(re.findall(r"(?:href|src)=\"([^\"]+)\"", page)) <= set(static_files())
    assert not re.search(r"https?://", page)
