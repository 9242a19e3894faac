"""Files go up and come back byte for byte; images have addresses; nothing served can run."""

from __future__ import annotations

import io
import json
from typing import Any

import aiohttp
import pytest

from .rest_client import PNG, Api, Reply, grant, respond, start_interaction

MIB = 1024 * 1024
EVERY_BYTE = bytes(range(256)) * 40


def form(payload: dict[str, Any], *files: tuple[str, str, bytes]) -> aiohttp.FormData:
    data = aiohttp.FormData(quote_fields=False)
    data.add_field("payload_json", json.dumps(payload), content_type="application/json")
    for field, name, content in files:
        data.add_field(field, io.BytesIO(content), filename=name, content_type="application/octet-stream")
    return data


async def upload(api: Api, payload: dict[str, Any], *files: tuple[str, str, bytes]) -> Reply:
    return await api.call("POST", "/channels/{general}/messages", data=form(payload, *files))


async def fetch(api: Api, url: str) -> Reply:
    async with api.session.get(url) as response:
        return Reply(response.status, await response.read(), response.headers)


def cdn(api: Api, path: str) -> str:
    return api.base.replace("/api/v10", f"/cdn/{path}")


@pytest.mark.req("SAND-305")
async def test_an_upload_is_read_back_byte_for_byte(api: Api) -> None:
    sent = await upload(
        api,
        {"content": "two", "attachments": [{"id": 0, "description": "all of them"}, {"id": 1}]},
        ("files[0]", "bytes.bin", EVERY_BYTE),
        ("files[1]", "a file & more.png", EVERY_BYTE[::-1]),
    )
    first, second = sent.body["attachments"]

    assert (await fetch(api, first["url"])).body == EVERY_BYTE
    assert (await fetch(api, second["url"])).body == EVERY_BYTE[::-1]
    assert first["description"] == "all of them"
    assert first["size"] == len(EVERY_BYTE)
    assert first["url"].startswith(cdn(api, "attachments/"))
    assert second["filename"] == "a_file__more.png"


@pytest.mark.req("SAND-305")
async def test_an_embed_and_a_component_show_an_uploaded_file(api: Api) -> None:
    gallery = {"type": 12, "items": [{"media": {"url": "attachment://p.png"}}]}
    sent = await upload(
        api, {"components": [gallery], "flags": 1 << 15}, ("files[0]", "p.png", b"\x89PNG\r\n\x1a\npicture")
    )

    media = sent.body["components"][0]["items"][0]["media"]
    assert (await fetch(api, media["url"])).body == b"\x89PNG\r\n\x1a\npicture"


@pytest.mark.req("SAND-305")
async def test_an_edit_adds_and_removes_files(api: Api) -> None:
    sent = await upload(api, {"content": "v1"}, ("files[0]", "old.txt", b"old"))
    kept = sent.body["attachments"][0]
    path = f"/channels/{{general}}/messages/{sent.body['id']}"

    both = await api.call(
        "PATCH",
        path,
        data=form({"attachments": [{"id": kept["id"]}, {"id": "7"}]}, ("files[7]", "new.txt", b"new")),
    )
    none = await api.call("PATCH", path, {"attachments": []})

    assert [attachment["filename"] for attachment in both.body["attachments"]] == ["old.txt", "new.txt"]
    assert (await fetch(api, both.body["attachments"][1]["url"])).body == b"new"
    assert none.body["attachments"] == []


@pytest.mark.req("SAND-305")
async def test_an_interaction_is_answered_with_a_file(api: Api) -> None:
    record = start_interaction(api)
    body = form({"type": 4, "data": {"attachments": [{"id": 0}]}}, ("files[0]", "a.txt", b"here"))

    reply = await api.call(
        "POST", f"/interactions/{record.id}/{record.token}/callback?with_response=1", data=body, token=None
    )

    url = reply.body["resource"]["message"]["attachments"][0]["url"]
    assert (await fetch(api, url)).body == b"here"


@pytest.mark.req("SAND-305")
async def test_files_beyond_the_limits_are_refused(api: Api) -> None:
    fits = await upload(api, {}, ("files[0]", "a.bin", b"x" * (10 * MIB)))
    big = await upload(api, {}, ("files[0]", "a.bin", b"x" * (10 * MIB + 1)))
    many = await upload(api, {}, *((f"files[{n}]", f"{n}.txt", b"x") for n in range(11)))
    too_much = await upload(api, {}, *((f"files[{n}]", f"{n}.bin", b"x" * (9 * MIB)) for n in range(3)))

    assert fits.status == 200
    assert (big.status, big.code) == (413, 40005)
    assert (many.status, many.code) == (400, 30015)
    assert (too_much.status, too_much.code) == (413, 40005)


@pytest.mark.req("SAND-305")
@pytest.mark.parametrize("name", ["page.html", "image.svg", "run.js", "page.xhtml", "unknown.weird"])
async def test_no_upload_is_ever_served_as_something_a_browser_runs(api: Api, name: str) -> None:
    sent = await upload(api, {}, ("files[0]", name, b"<script>alert(1)</script>"))
    served = await fetch(api, sent.body["attachments"][0]["url"])

    kind = served.headers["Content-Type"]
    assert kind.startswith(("text/plain", "application/octet-stream"))
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served.headers["Content-Security-Policy"]
    assert served.body == b"<script>alert(1)</script>"


@pytest.mark.req("SAND-305")
async def test_default_avatars_own_avatar_and_emoji_are_images(api: Api) -> None:
    grant(api, "manage_expressions")
    avatar = (await api.call("PATCH", "/users/@me", {"username": "Robin", "avatar": PNG})).body["avatar"]
    emoji = await api.call("POST", "/guilds/{guild}/emojis", {"name": "dot", "image": PNG})

    for path in (
        "embed/avatars/0.png",
        "embed/avatars/5.png",
        f"avatars/{api.names['bot']}/{avatar}.png?size=64",
        f"emojis/{emoji.body['id']}.png",
        f"emojis/{emoji.body['id']}.webp",
    ):
        image = await fetch(api, cdn(api, path))
        assert image.status == 200, path
        assert image.headers["Content-Type"] == "image/png", path
        assert image.body.startswith(b"\x89PNG"), path

    assert emoji.status == 201
    assert (await fetch(api, cdn(api, "embed/avatars/6.png"))).status == 404
    assert (await fetch(api, cdn(api, "avatars/1/nothing.png"))).status == 404


@pytest.mark.req("SAND-303")
@pytest.mark.parametrize("image", ["", "data:text/html;base64,PGI+", "data:image/png;base64,%%%", PNG[:30]])
async def test_what_is_no_image_is_no_avatar(api: Api, image: str) -> None:
    reply = await api.call("PATCH", "/users/@me", {"avatar": image})

    assert (reply.status, reply.wrong()) == (400, {"avatar": "BASE_TYPE_INVALID_IMAGE"})


async def test_a_file_name_cannot_leave_its_folder(api: Api) -> None:
    sent = await upload(api, {}, ("files[0]", "../../../emojis/1", b"x"), ("files[1]", "a/b\\c.txt", b"y"))

    assert [attachment["filename"] for attachment in sent.body["attachments"]] == ["1", "c.txt"]


async def test_a_torn_form_is_refused(api: Api) -> None:
    reply = await api.call(
        "POST",
        "/channels/{general}/messages",
        data=b"--x\r\nContent-Disposition: form-data",
        headers={"Content-Type": "multipart/form-data"},
    )

    assert (reply.status, reply.code) == (400, 50035)


async def test_an_answer_with_a_file_and_nothing_else_is_not_empty(api: Api) -> None:
    empty = await respond(api, start_interaction(api), 4, {"attachments": []})

    assert (empty.status, empty.code) == (400, 50006)


@pytest.mark.req("SAND-305")
async def test_a_picture_of_an_embed_has_an_address_and_is_not_shown_twice(api: Api) -> None:
    picture = ("files[0]", "p.png", b"\x89PNG\r\n\x1a\npicture")
    embed = {"title": "t", "image": {"url": "attachment://p.png"}}

    sent = await upload(api, {"embeds": [embed]}, picture)
    other = {**embed, "image": {"url": "attachment://q.png"}}
    edited = await api.call(
        "PATCH",
        f"/channels/{{general}}/messages/{sent.body['id']}",
        data=form(
            {"embeds": [other], "attachments": [{"id": 0}]}, ("files[0]", "q.png", b"\x89PNG\r\n\x1a\nq")
        ),
    )

    assert sent.body["attachments"] == []
    assert (await fetch(api, sent.body["embeds"][0]["image"]["url"])).body.endswith(b"picture")
    assert edited.body["attachments"] == []
    assert (await fetch(api, edited.body["embeds"][0]["image"]["url"])).body.endswith(b"q")
