"""People press buttons, choose in menus and fill in forms; others see only what is for them."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from guildwright.sandbox.world import World

from .actor import Actor
from .answering_bot import AnsweringBot
from .places import Places


@pytest.fixture
def target(panel: dict[str, Any], places: Places) -> dict[str, str]:
    return {"channel_id": places.general, "message_id": panel["id"]}


async def answer_to(actor: Actor) -> str:
    return (await actor.hears("message", lambda message: message["content"] != "!panel"))["content"]


@pytest.mark.req("SAND-401")
async def test_a_button_answers_the_person_who_pressed_it(target, mia, max_) -> None:
    await max_.do("click", **target, custom_id="press")
    assert await answer_to(mia) == "pressed by max"
    assert await mia.refused("click", **target, custom_id="never") == "disabled_button"
    assert await mia.refused("click", **target, custom_id="gone") == "unknown_component"
    assert await mia.refused("click", **target, custom_id="colours") == "unknown_component"
    elsewhere = {**target, "message_id": "1"}
    assert await mia.refused("click", **elsewhere, custom_id="press") == "unknown_message"


@pytest.mark.req("SAND-401")
async def test_every_type_of_select_menu_can_be_chosen_from(target, mia, max_, places: Places) -> None:
    chosen = {
        "colours": (["green", "red"], "chose green, red"),
        "users": ([max_.id], "chose max"),
        "roles": ([places.member], "chose Member"),
        "mentionables": ([places.moderator], "chose Moderator"),
    }
    for custom_id, (values, expected) in chosen.items():
        await mia.do("select", **target, custom_id=custom_id, values=values)
        assert await answer_to(mia) == expected


@pytest.mark.req("SAND-401")
async def test_a_channel_is_chosen_in_a_layout(bot: AnsweringBot, mia, places: Places) -> None:
    await mia.do("send", channel_id=places.general, content="!layout")
    layout = await mia.hears("message", lambda message: message["components"])
    assert layout["components"][0]["tree"][1]["type"] == "bold"
    menu = {"channel_id": places.general, "message_id": layout["id"], "custom_id": "channels"}
    assert await mia.refused("select", **menu, values=[places.log]) == "unknown_channel"
    assert await mia.refused("select", **menu, values=[places.lounge]) == "wrong_channel_type"
    await mia.do("select", **menu, values=[places.commands])
    await mia.hears("message", lambda message: message["content"] == "chose bot-commands")


@pytest.mark.req("SAND-401")
async def test_a_menu_takes_only_what_it_offers(target, mia, places: Places) -> None:
    menu = {**target, "custom_id": "colours"}
    assert await mia.refused("select", **menu, values=["pink"]) == "not_a_select_value"
    assert await mia.refused("select", **menu, values=[]) == "wrong_value_count"
    assert await mia.refused("select", **menu, values=["red", "green", "blue"]) == "wrong_value_count"
    assert await mia.refused("select", **menu, values=["red", "red"]) == "duplicate_value"
    assert await mia.refused("select", **{**menu, "custom_id": "users"}, values=["1"]) == "unknown_user"


@pytest.mark.req("SAND-401")
async def test_a_form_opens_for_one_person_and_is_sent_once(target, mia, max_) -> None:
    await mia.do("click", **target, custom_id="form")
    shown = await mia.hears("modal")
    assert shown["modal"]["title"] == "Report"
    assert "modal" not in {frame["type"] for frame in await max_.heard_so_far()}
    form = {"interaction_id": shown["interaction_id"]}
    filled = {
        "why": "because",
        "colour": ["blue"],
        "proof": [{"filename": "a.txt", "data_base64": base64.b64encode(b"seen").decode()}],
    }
    assert await max_.refused("modal", **form, values=filled) == "unknown_interaction"
    await mia.do("modal", **form, values=filled)
    answer = await mia.hears("message", lambda message: message["ephemeral"])
    assert answer["content"] == "because / blue / ['seen']"
    assert await mia.refused("modal", **form, values=filled) == "modal_submitted"


async def test_a_form_outlives_the_message_that_showed_it(target, mia, marco) -> None:
    await mia.do("click", **target, custom_id="form")
    form = {"interaction_id": (await mia.hears("modal"))["interaction_id"]}
    await marco.do("delete", **target)
    await mia.do("modal", **form, values={"why": "because", "colour": ["red"]})
    assert (await mia.hears("message", lambda message: message["ephemeral"]))["content"].startswith("because")


@pytest.mark.req("SAND-401")
async def test_a_form_that_is_filled_in_wrongly_is_not_sent(target, mia) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"why": ""}, "missing_field"),
        ({"why": "no"}, "too_short"),
        ({"why": "x" * 21}, "too_long"),
        ({"why": 5}, "wrong_type"),
        ({"colour": []}, "missing_field"),
        ({"colour": "blue"}, "wrong_type"),
        ({"colour": ["pink"]}, "not_a_select_value"),
        ({"colour": ["red", "blue"]}, "wrong_value_count"),
        ({"proof": ["a.txt"]}, "wrong_option_type"),
        ({"other": "x"}, "unknown_field"),
    ]
    await mia.do("click", **target, custom_id="form")
    form = {"interaction_id": (await mia.hears("modal"))["interaction_id"]}
    for change, code in wrong:
        values = {"why": "because", "colour": ["red"], **change}
        assert (change, await mia.refused("modal", **form, values=values)) == (change, code)
    await mia.do("modal", **form, values={"why": "because", "colour": ["red"]})


@pytest.mark.req("SAND-401")
async def test_an_ephemeral_message_is_there_for_its_person_alone(
    bot: AnsweringBot, mia, max_, places: Places
) -> None:
    await mia.do("command", channel_id=places.general, path=["secret"])
    secret = await mia.hears("message")
    assert secret["ephemeral"]
    assert not any(secret["actions"].values())
    assert "message" not in {frame["type"] for frame in await max_.heard_so_far()}
    path = f"/channels/{places.general}/messages"
    assert [message["id"] for message in (await mia.get(path))["messages"]] == [secret["id"]]
    assert (await max_.get(path))["messages"] == []
    target = {"channel_id": places.general, "message_id": secret["id"]}
    assert await max_.refused("click", **target, custom_id="more") == "foreign_ephemeral"
    assert await mia.refused("react", **target, emoji="👍") == "ephemeral"
    assert await mia.refused("delete", **target) == "ephemeral"
    reply = {"channel_id": places.general, "content": "hm", "reply_to": secret["id"]}
    assert await mia.refused("send", **reply) == "not_repliable"


@pytest.mark.req("SAND-307")
async def test_a_pressed_button_without_answer_fails_for_its_person(
    bot: AnsweringBot, world: World, mia, places: Places
) -> None:
    await mia.do("command", channel_id=places.general, path=["secret"])
    secret = await mia.hears("message")
    # The bot has no code behind this button.
    started = await mia.do("click", channel_id=places.general, message_id=secret["id"], custom_id="more")
    world.clock.advance(3.1)
    failed = await mia.hears("interaction", lambda data: data["interaction_id"] == started["interaction_id"])
    assert failed["state"] == "failed"
