"""Application commands: what may be registered, under which ID, and how often."""

from __future__ import annotations

from typing import Any

import pytest

from .rest_client import Api

GLOBAL = "/applications/{app}/commands"
GUILD = "/applications/{app}/guilds/{guild}/commands"


def slash(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "description": "does it", **fields}


def menu(name: str, kind: int) -> dict[str, Any]:
    return {"name": name, "type": kind}


def option(name: str, kind: int = 3, **fields: Any) -> dict[str, Any]:
    return {"name": name, "description": "what", "type": kind, **fields}


# name of the rule, command, wrong field and its code word
BROKEN_RULES: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    (
        "26 options",
        slash("a", options=[option(f"o{n}") for n in range(26)]),
        {"options": "BASE_TYPE_MAX_LENGTH"},
    ),
    (
        "26 choices",
        slash("a", options=[option("o", choices=[{"name": f"c{n}", "value": f"c{n}"} for n in range(26)])]),
        {"options.0.choices": "BASE_TYPE_MAX_LENGTH"},
    ),
    (
        "8,001 characters",
        slash(
            "a",
            options=[
                option(f"o{n}", choices=[{"name": "n" * 100, "value": f"{c}" * 100} for c in range(10)])
                for n in range(4)
            ],
        ),
        {"": "APPLICATION_COMMAND_TOO_LARGE"},
    ),
    ("name of 33", slash("n" * 33), {"name": "BASE_TYPE_BAD_LENGTH"}),
    ("name with a space", slash("two words"), {"name": "APPLICATION_COMMAND_INVALID_NAME"}),
    ("name in capitals", slash("Loud"), {"name": "APPLICATION_COMMAND_INVALID_NAME"}),
    ("no name", {"description": "d"}, {"name": "BASE_TYPE_REQUIRED"}),
    ("no description", {"name": "a"}, {"description": "BASE_TYPE_REQUIRED"}),
    ("description of 101", slash("a") | {"description": "d" * 101}, {"description": "BASE_TYPE_BAD_LENGTH"}),
    (
        "required after optional",
        slash("a", options=[option("o"), option("p", required=True)]),
        {"options.1": "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"},
    ),
    (
        "subcommand beside an option",
        slash("a", options=[option("sub", 1), option("o")]),
        {"options": "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"},
    ),
    (
        "group in a group",
        slash("a", options=[option("g", 2, options=[option("h", 2, options=[option("s", 1)])])]),
        {
            "options.0.options": "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "options.0.options.0.type": "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
        },
    ),
    (
        "choices with autocomplete",
        slash("a", options=[option("o", choices=[{"name": "c", "value": "c"}], autocomplete=True)]),
        {"options.0.choices": "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID"},
    ),
    (
        "number as a text choice",
        slash("a", options=[option("o", choices=[{"name": "c", "value": 1}])]),
        {"options.0.choices.0.value": "STRING_TYPE_CONVERT"},
    ),
    ("unknown option type", slash("a", options=[option("o", 12)]), {"options.0.type": "BASE_TYPE_CHOICES"}),
    (
        "unknown locale",
        slash("a", name_localizations={"xx": "b"}),
        {"name_localizations": "BASE_TYPE_CHOICES"},
    ),
    (
        "localized name too long",
        slash("a", name_localizations={"de": "b" * 33}),
        {"name_localizations.de": "BASE_TYPE_BAD_LENGTH"},
    ),
    (
        "menu with a description",
        menu("Quote it", 3) | {"description": "d"},
        {"description": "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID"},
    ),
    (
        "min_value of a text",
        slash("a", options=[option("o", min_value=1)]),
        {"options.0.min_value": "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"},
    ),
]


@pytest.mark.req("SAND-306")
async def test_a_command_against_the_rules_is_refused_by_name(api: Api, subtests: pytest.Subtests) -> None:
    for rule, command, wrong in BROKEN_RULES:
        with subtests.test(rule):
            alone = await api.call("POST", GLOBAL, command)
            among_others = await api.call("PUT", GLOBAL, [slash("fine"), command])

            assert (alone.status, alone.code, alone.wrong()) == (400, 50035, wrong)
            assert among_others.wrong() == {f"1.{path}".rstrip("."): word for path, word in wrong.items()}

    assert (await api.call("GET", GLOBAL)).body == []


@pytest.mark.req("SAND-306")
@pytest.mark.parametrize(
    ("most", "make"),
    [
        (100, lambda n: slash(f"c{n}")),
        (15, lambda n: menu(f"User {n}", 2)),
        (15, lambda n: menu(f"Text {n}", 3)),
    ],
    ids=["slash", "user", "message"],
)
@pytest.mark.parametrize("scope", [GLOBAL, GUILD], ids=["global", "guild"])
async def test_a_scope_holds_so_many_commands_and_not_one_more(
    api: Api, most: int, make: Any, scope: str
) -> None:
    full = await api.call("PUT", scope, [make(n) for n in range(most)])
    too_many = await api.call("PUT", scope, [make(n) for n in range(most + 1)])
    one_more = await api.call("POST", scope, make(most))

    assert (full.status, len(full.body)) == (200, most)
    assert (too_many.status, too_many.code) == (400, 30032)
    assert (one_more.status, one_more.code) == (400, 30032)
    assert len((await api.call("GET", scope)).body) == most


@pytest.mark.req("SAND-306")
async def test_all_three_kinds_fill_up_independently(api: Api) -> None:
    every = [slash(f"c{n}") for n in range(100)]
    every += [menu(f"M{n}", kind) for n in range(15) for kind in (2, 3)]

    assert len((await api.call("PUT", GLOBAL, every)).body) == 130


@pytest.mark.req("SAND-306")
async def test_a_second_sync_keeps_the_ids_of_what_is_the_same(api: Api) -> None:
    first = (await api.call("PUT", GLOBAL, [slash("keep"), slash("change"), slash("drop")])).body
    second = (
        await api.call("PUT", GLOBAL, [slash("keep", options=[]), slash("change", nsfw=True), slash("new")])
    ).body
    old = {command["name"]: command for command in first}
    new = {command["name"]: command for command in second}

    assert new["keep"] == old["keep"]
    assert new["change"]["id"] == old["change"]["id"]
    assert new["change"]["version"] != old["change"]["version"]
    assert set(new) == {"keep", "change", "new"}
    assert new["new"]["id"] not in {command["id"] for command in first}


@pytest.mark.req("SAND-306")
async def test_two_hundred_new_commands_a_day_and_then_tomorrow(api: Api) -> None:
    for start in (0, 100):
        await api.call("PUT", GLOBAL, [slash(f"c{start + n}") for n in range(100)])

    refused = await api.call("PUT", GLOBAL, [slash("one-more")])
    again = await api.call("PUT", GLOBAL, [slash(f"c{100 + n}") for n in range(100)])
    api.world.clock.advance(86_400)
    tomorrow = await api.call("PUT", GLOBAL, [slash("one-more")])

    assert (refused.status, refused.code) == (429, 30034)
    assert refused.body["retry_after"] > 0
    assert again.status == 200
    assert tomorrow.status == 200


@pytest.mark.req("SAND-306")
async def test_one_command_is_created_overwritten_edited_read_and_deleted(api: Api) -> None:
    created = await api.call("POST", GUILD, slash("ping"))
    overwritten = await api.call("POST", GUILD, slash("ping") | {"description": "pongs"})
    one = f"{GUILD}/{created.body['id']}"
    edited = await api.call("PATCH", one, {"name": "pong", "default_member_permissions": "8"})
    read = await api.call("GET", one)
    gone = await api.call("DELETE", one)

    assert (created.status, overwritten.status) == (201, 200)
    assert overwritten.body["id"] == created.body["id"]
    assert edited.body["name"] == "pong"
    assert edited.body["description"] == "pongs"
    assert read.body == edited.body
    assert read.body["guild_id"] == api.names["guild"]
    assert gone.status == 204
    assert (await api.call("GET", one)).code == 10063


@pytest.mark.req("SAND-306")
async def test_a_command_cannot_take_the_name_of_another(api: Api) -> None:
    twice = await api.call("PUT", GLOBAL, [slash("ping"), slash("ping")])
    first, _second = (await api.call("PUT", GLOBAL, [slash("ping"), slash("pong")])).body
    renamed = await api.call("PATCH", f"{GLOBAL}/{first['id']}", {"name": "pong"})

    assert twice.wrong() == {"1": "APPLICATION_COMMANDS_DUPLICATE_NAME"}
    assert (renamed.status, renamed.code) == (400, 40041)


@pytest.mark.req("SAND-306")
async def test_translations_are_shown_to_who_asks_for_them(api: Api) -> None:
    await api.call("POST", GLOBAL, slash("ping", name_localizations={"de": "hallo", "hi": "नमस्ते"}))

    plain = (await api.call("GET", GLOBAL)).body[0]
    full = (await api.call("GET", GLOBAL + "?with_localizations=true")).body[0]

    assert "name_localizations" not in plain
    assert full["name_localizations"] == {"de": "hallo", "hi": "नमस्ते"}


@pytest.mark.req("SAND-306")
async def test_permissions_that_a_person_set_are_read_and_never_written_by_the_bot(api: Api) -> None:
    command = (await api.call("POST", GUILD, slash("ping"))).body
    path = f"{GUILD}/{command['id']}/permissions"
    untouched = await api.call("GET", path)
    entry = {"id": api.names["mia"], "type": 2, "permission": False}
    api.world.backend.set_command_permissions(int(api.names["guild"]), int(command["id"]), [entry])

    one = await api.call("GET", path)
    every = await api.call("GET", f"{GUILD}/permissions")
    written = await api.call("PUT", path, {"permissions": []})

    assert (untouched.status, untouched.code) == (404, 10066)
    assert one.body["permissions"] == [entry]
    assert every.body == [one.body]
    assert (written.status, written.code) == (403, 20001)


async def test_commands_of_a_guild_without_the_bot_are_no_access(api: Api) -> None:
    stranger = api.world.backend.create_guild("Elsewhere")
    del stranger.members[api.world.bot_id]

    reply = await api.call("PUT", f"/applications/{{app}}/guilds/{stranger.id}/commands", [slash("ping")])

    assert (reply.status, reply.code) == (403, 50001)


async def test_people_are_told_when_the_commands_change(api: Api) -> None:
    from guildwright.sandbox.rest.commands import command_book

    heard: list[str] = []
    stop = command_book(api.world).subscribe(lambda: heard.append("changed"))
    await api.call("PUT", GLOBAL, [slash("ping")])
    stop()
    await api.call("PUT", GLOBAL, [])

    assert heard == ["changed"]
