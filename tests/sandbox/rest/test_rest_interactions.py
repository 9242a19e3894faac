"""Interactions over REST: three seconds, one answer, fifteen minutes, and what people see of it."""

from __future__ import annotations

from typing import Any

import pytest

from guildwright.sandbox.rest.interactions import (
    NO_RESPONSE,
    EphemeralChange,
    InteractionState,
    InteractionUpdate,
    board_of,
)

from .rest_client import Api, respond, start_interaction

ANSWER, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
EPHEMERAL = 64
FORM = {
    "custom_id": "form",
    "title": "Tell us",
    "components": [{"type": 1, "components": [{"type": 4, "custom_id": "why", "label": "Why", "style": 1}]}],
}


def hook(record: Any, rest: str = "") -> str:
    return f"/webhooks/{{app}}/{record.token}{rest}"


@pytest.mark.req("SAND-307")
async def test_an_answer_after_three_seconds_of_the_worlds_clock_comes_too_late(api: Api) -> None:
    record = start_interaction(api)
    api.world.clock.advance(3)

    reply = await respond(api, record, ANSWER, {"content": "at last"})
    outcome = await board_of(api.world).outcome(record.id)

    assert (reply.status, reply.code) == (404, 10062)
    assert (outcome.state, outcome.reason) == (InteractionState.FAILED, NO_RESPONSE)
    assert api.world.traffic.violations["interaction_unanswered"] == 1


@pytest.mark.req("SAND-307")
async def test_an_answer_in_time_is_a_message_and_a_second_one_is_refused(api: Api) -> None:
    record = start_interaction(api)
    api.world.clock.advance(2)

    first = await respond(api, record, ANSWER, {"content": "pong"})
    second = await respond(api, record, ANSWER, {"content": "pong"})
    original = await api.call("GET", hook(record, "/messages/@original"), token=None)

    assert first.status == 204
    assert (second.status, second.code) == (400, 40060)
    assert original.body["content"] == "pong"
    assert original.body["interaction_metadata"]["user"]["id"] == api.names["mia"]


@pytest.mark.req("SAND-307")
async def test_the_answer_itself_comes_back_on_request(api: Api) -> None:
    reply = await respond(
        api, start_interaction(api), ANSWER, {"content": "pong"}, params={"with_response": "true"}
    )

    assert reply.status == 200
    assert reply.body["resource"]["message"]["content"] == "pong"


@pytest.mark.req("SAND-307")
async def test_a_token_dies_after_fifteen_minutes(api: Api) -> None:
    record = start_interaction(api)
    await respond(api, record, ANSWER, {"content": "pong"})
    api.world.clock.advance(14 * 60)
    alive = await api.call("POST", hook(record), {"content": "still here"}, token=None)
    api.world.clock.advance(60)

    followup = await api.call("POST", hook(record), {"content": "and now?"}, token=None)
    edit = await api.call("PATCH", hook(record, "/messages/@original"), {"content": "?"}, token=None)

    assert alive.status == 200
    assert (followup.status, followup.code) == (401, 50027)
    assert (edit.status, edit.code) == (401, 50027)


@pytest.mark.req("SAND-307")
async def test_nothing_follows_before_the_initial_response(api: Api) -> None:
    record = start_interaction(api)

    followup = await api.call("POST", hook(record), {"content": "too early"}, token=None)
    wrong = await api.call("POST", "/webhooks/{app}/nonsense", {"content": "who?"}, token=None)

    assert (followup.status, followup.code) == (404, 10015)
    assert (wrong.status, wrong.code) == (401, 50027)


@pytest.mark.req("SAND-307")
async def test_a_deferred_answer_thinks_and_is_completed_by_an_edit(api: Api) -> None:
    record = start_interaction(api)
    board = board_of(api.world)

    await respond(api, record, DEFER)
    thinking = await api.call("GET", hook(record, "/messages/@original"), token=None)
    deferred = board.state_of(record.id)
    edited = await api.call("PATCH", hook(record, "/messages/@original"), {"content": "done"}, token=None)

    assert thinking.body["flags"] & (1 << 7)
    assert deferred is not None
    assert deferred.state is InteractionState.DEFERRED
    assert edited.body["content"] == "done"
    assert not edited.body["flags"] & (1 << 7)
    assert board.state_of(record.id).state is InteractionState.ANSWERED


@pytest.mark.req("SAND-307")
async def test_the_first_followup_completes_a_deferred_answer_and_the_next_is_its_own(api: Api) -> None:
    record = start_interaction(api)
    await respond(api, record, DEFER)
    original = await api.call("GET", hook(record, "/messages/@original"), token=None)

    first = await api.call("POST", hook(record), {"content": "one"}, token=None)
    second = await api.call("POST", hook(record), {"content": "two"}, token=None)
    one = f"/messages/{second.body['id']}"
    changed = await api.call("PATCH", hook(record, one), {"content": "three"}, token=None)
    gone = await api.call("DELETE", hook(record, one), token=None)

    assert first.body["id"] == original.body["id"]
    assert second.body["id"] != first.body["id"]
    assert changed.body["content"] == "three"
    assert gone.status == 204
    assert (await api.call("GET", hook(record, one), token=None)).code == 10008


@pytest.mark.req("SAND-307")
async def test_an_ephemeral_answer_reaches_one_person_and_no_channel(api: Api) -> None:
    events: list[str] = []
    heard: list[EphemeralChange] = []
    api.world.subscribe(lambda event, _: events.append(event))
    board_of(api.world).subscribe_ephemeral(heard.append)
    record = start_interaction(api)

    await respond(api, record, ANSWER, {"content": "only you", "flags": EPHEMERAL})
    await api.call("PATCH", hook(record, "/messages/@original"), {"content": "still only you"}, token=None)
    followup = await api.call("POST", hook(record), {"content": "again", "flags": EPHEMERAL}, token=None)
    listed = await api.call("GET", "/channels/{general}/messages")
    await api.call("DELETE", hook(record, "/messages/@original"), token=None)

    assert [change.kind for change in heard] == ["message", "message_update", "message", "message_delete"]
    assert {change.user_id for change in heard} == {int(api.names["mia"])}
    assert heard[2].message_id == int(followup.body["id"])
    assert "MESSAGE_CREATE" not in events
    assert "MESSAGE_DELETE" not in events
    assert listed.body == []


@pytest.mark.req("SAND-307")
async def test_a_modal_is_shown_and_its_limits_hold(api: Api) -> None:
    record = start_interaction(api)
    refused = await respond(api, record, MODAL, {**FORM, "title": "t" * 46})
    shown = await respond(api, record, MODAL, FORM)
    outcome = await board_of(api.world).outcome(record.id)

    assert (refused.status, refused.code) == (400, 50035)
    assert refused.wrong() == {"data.title": "BASE_TYPE_MAX_LENGTH"}
    assert shown.status == 204
    assert outcome.state is InteractionState.MODAL
    assert outcome.modal is not None
    assert outcome.modal["title"] == "Tell us"


@pytest.mark.req("SAND-307")
async def test_autocomplete_takes_25_choices_and_nothing_else(api: Api) -> None:
    record = start_interaction(api, 4)
    choices = [{"name": f"n{n}", "value": f"v{n}"} for n in range(26)]

    message = await respond(api, record, ANSWER, {"content": "no"})
    many = await respond(api, record, CHOICES, {"choices": choices})
    nameless = await respond(api, record, CHOICES, {"choices": [{"value": "v"}]})
    fits = await respond(api, record, CHOICES, {"choices": choices[:25]})
    outcome = await board_of(api.world).outcome(record.id)

    assert message.wrong() == {"type": "BASE_TYPE_CHOICES"}
    assert many.wrong() == {"data.choices": "BASE_TYPE_MAX_LENGTH"}
    assert nameless.wrong() == {"data.choices.0.name": "BASE_TYPE_REQUIRED"}
    assert fits.status == 204
    assert outcome.state is InteractionState.AUTOCOMPLETE
    assert len(outcome.choices) == 25


@pytest.mark.req("SAND-307")
async def test_a_click_updates_the_message_it_was_on(api: Api) -> None:
    source = await api.send(content="press", components=[row(button("go"))])
    record = start_interaction(api, 3)
    record.source_message_id = int(source.body["id"])

    reply = await respond(api, record, UPDATE, {"content": "pressed", "components": []})
    message = await api.call("GET", f"/channels/{{general}}/messages/{source.body['id']}")

    assert reply.status == 204
    assert (message.body["content"], message.body["components"]) == ("pressed", [])


@pytest.mark.req("SAND-307")
async def test_a_command_has_no_message_to_update(api: Api) -> None:
    record = start_interaction(api)

    for kind in (UPDATE, DEFER_UPDATE, CHOICES):
        reply = await respond(api, record, kind, {})
        assert reply.wrong() == {"type": "BASE_TYPE_CHOICES"}, kind


@pytest.mark.req("SAND-307")
async def test_a_refused_answer_may_be_sent_again(api: Api) -> None:
    record = start_interaction(api)

    refused = await respond(api, record, ANSWER, {"content": "x" * 2001})
    empty = await respond(api, record, ANSWER, {})
    sent = await respond(api, record, ANSWER, {"content": "x"})

    assert refused.wrong() == {"data.content": "BASE_TYPE_MAX_LENGTH"}
    assert (empty.status, empty.code) == (400, 50006)
    assert sent.status == 204


@pytest.mark.req("SAND-307")
async def test_components_of_every_kind_are_kept_as_sent(api: Api) -> None:
    layout = [
        {
            "type": 17,
            "accent_color": 0x5865F2,
            "components": [
                {"type": 10, "content": "# Hello"},
                {"type": 9, "components": [{"type": 10, "content": "text"}], "accessory": button("side")},
                {"type": 14, "divider": True, "spacing": 1},
                {"type": 12, "items": [{"media": {"url": "https://example.com/a.png"}}]},
                row({"type": 3, "custom_id": "pick", "options": [{"label": "A", "value": "a"}]}),
                *(row({"type": kind, "custom_id": f"pick{kind}"}) for kind in (5, 6, 7, 8)),
            ],
        },
    ]
    record = start_interaction(api)

    refused = await respond(api, record, ANSWER, {"components": layout})
    sent = await respond(api, record, ANSWER, {"components": layout, "flags": 1 << 15})
    original = await api.call("GET", hook(record, "/messages/@original"), token=None)

    assert (refused.status, refused.code) == (400, 50035)
    assert sent.status == 204
    container = original.body["components"][0]
    assert [child["type"] for child in container["components"]] == [10, 9, 14, 12, 1, 1, 1, 1, 1]
    assert container["components"][1]["accessory"]["custom_id"] == "side"


async def test_everyone_who_listens_hears_how_it_went(api: Api) -> None:
    heard: list[InteractionUpdate] = []
    stop = board_of(api.world).subscribe(heard.append)
    record = start_interaction(api)

    await respond(api, record, DEFER, {"flags": EPHEMERAL})
    stop()
    await api.call("PATCH", hook(record, "/messages/@original"), {"content": "done"}, token=None)

    assert [(update.state, update.ephemeral) for update in heard] == [(InteractionState.DEFERRED, True)]


async def test_a_dead_interaction_is_forgotten(api: Api) -> None:
    board = board_of(api.world)
    record = start_interaction(api)
    api.world.clock.advance(16 * 60)
    start_interaction(api)

    assert board.state_of(record.id) is None


def row(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(children)}


def button(custom_id: str) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "press", "custom_id": custom_id}
