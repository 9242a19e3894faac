"""discord.py's own HTTP client reads every answer it needs, unmodified."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator

import discord
import pytest
from discord.http import HTTPClient, Route, handle_message_parameters
from discord.webhook.async_ import AsyncWebhookAdapter
from discord.webhook.async_ import Route as WebhookRoute

from .rest_client import Api, grant, start_interaction


@pytest.fixture
async def http(api: Api, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[HTTPClient]:
    monkeypatch.setattr(Route, "BASE", api.base)
    monkeypatch.setattr(WebhookRoute, "BASE", api.base)
    client = HTTPClient(asyncio.get_running_loop())
    await client.static_login(api.world.token)
    yield client
    await client.close()


async def test_a_login_finds_bot_gateway_and_owner(api: Api, http: HTTPClient) -> None:
    shards, url, limit = await http.get_bot_gateway()
    application = await http.application_info()

    assert (shards, limit["total"], limit["remaining"], limit["max_concurrency"]) == (1, 1000, 1000, 16)
    assert url.startswith("ws://127.0.0.1:")
    assert application["owner"]["username"] == "olivia"
    assert application["bot"]["id"] == api.names["bot"]


async def test_a_wrong_token_is_a_failed_login(api: Api, http: HTTPClient) -> None:
    wrong = HTTPClient(asyncio.get_running_loop())
    try:
        with pytest.raises(discord.LoginFailure):
            await wrong.static_login("nonsense")
    finally:
        await wrong.close()


async def test_errors_carry_discords_codes_and_fields(api: Api, http: HTTPClient) -> None:
    general = int(api.names["general"])
    with (
        handle_message_parameters(content="x" * 2001) as params,
        pytest.raises(discord.HTTPException) as long,
    ):
        await http.send_message(general, params=params)
    with pytest.raises(discord.NotFound) as gone:
        await http.get_message(general, 1)
    with pytest.raises(discord.Forbidden) as weak:
        await http.ban(int(api.names["mia"]), int(api.names["guild"]), reason="no")

    assert long.value.code == 50035
    assert "In content: Must be 2000 or fewer in length." in long.value.text
    assert gone.value.code == 10008
    assert weak.value.code == 50013


async def test_a_route_that_is_not_modelled_is_no_success(http: HTTPClient) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await http.request(Route("GET", "/guilds/{guild_id}/onboarding", guild_id=1))

    assert refused.value.status in {404, 501}


async def test_files_reactions_and_pins_work(api: Api, http: HTTPClient) -> None:
    grant(api, "pin_messages", "manage_messages")
    general = int(api.names["general"])
    file = discord.File(io.BytesIO(b"\x00\xffdata"), "a.bin", description="some")
    with handle_message_parameters(content="file", file=file) as params:
        message = await http.send_message(general, params=params)

    await http.add_reaction(general, int(message["id"]), "👍")
    await http.pin_message(general, int(message["id"]))
    read = await http.get_message(general, int(message["id"]))
    pins = await http.pins_from(general)
    data = await http.get_from_cdn(message["attachments"][0]["url"])

    assert data == b"\x00\xffdata"
    assert read["attachments"][0]["description"] == "some"
    assert read["reactions"][0]["me"]
    assert [item["message"]["id"] for item in pins["items"]] == [message["id"]]


async def test_commands_are_synced_and_read_back(api: Api, http: HTTPClient) -> None:
    app, guild = int(api.names["app"]), int(api.names["guild"])
    payload = {"name": "ping", "description": "pongs", "type": 1, "options": [], "nsfw": False}

    synced = await http.bulk_upsert_global_commands(app, payload=[payload])
    again = await http.bulk_upsert_global_commands(app, payload=[payload])
    local = await http.upsert_guild_command(app, guild, payload)

    assert [command["id"] for command in synced] == [command["id"] for command in again]
    assert (await http.get_guild_command(app, guild, int(local["id"])))["name"] == "ping"
    await http.delete_guild_command(app, guild, int(local["id"]))
    assert await http.get_guild_commands(app, guild) == []


async def test_the_webhook_adapter_answers_an_interaction(api: Api, http: HTTPClient) -> None:
    record = start_interaction(api)
    adapter = AsyncWebhookAdapter()
    app = int(api.names["app"])
    params = discord.webhook.async_.interaction_message_response_params(type=4, content="pong")

    answered = await adapter.create_interaction_response(
        record.id, record.token, session=api.session, params=params
    )
    original = await adapter.get_original_interaction_response(app, record.token, session=api.session)
    await adapter.delete_original_interaction_response(app, record.token, session=api.session)
    with pytest.raises(discord.NotFound):
        await adapter.get_original_interaction_response(app, record.token, session=api.session)

    assert answered["interaction"]["response_message_id"] == original["id"]
    assert original["content"] == "pong"


async def test_guilds_come_without_what_only_the_gateway_sends(api: Api, http: HTTPClient) -> None:
    guild = await http.get_guild(int(api.names["guild"]), with_counts=True)
    mine = await http.get_guilds(200, with_counts=True)

    assert "members" not in guild
    assert guild["approximate_member_count"] == 5
    assert [entry["name"] for entry in mine] == ["Mia's workshop", "Sandbox"]
    assert set(mine[0]) >= {"id", "name", "icon", "owner", "permissions", "features"}
