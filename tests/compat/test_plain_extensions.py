"""Extensions written for discord.py alone run as they are: loaded, used by people, reloaded, gone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from guildwright.app import Application
from guildwright.testing.person import Person
from guildwright.testing.world import World

FOLDER = Path(__file__).parent / "extensions"
NAMES = sorted(file.stem for file in FOLDER.glob("*.py"))

pytestmark = pytest.mark.app(
    extensions=sorted(FOLDER.glob("*.py")), config={"prefix": "!", "cooldowns.default_rate": 100}
)


@pytest.fixture(autouse=True)
async def _without_rate_limits(world: World) -> None:
    await world.change(limits="off")


async def test_prefix_commands_keep_their_checks_converters_and_error_handlers(
    app: Application,
    marco: Person,
    mia: Person,
    max: Person,  # noqa: A002
) -> None:
    warned = await marco.says("#general", f"!w {mia.mention} {max.mention} too loud")
    assert warned.content == "Warned Mia and Max: too loud"
    assert (await mia.says("#general", f"!warn {max.mention}")).content == "You lack: manage_messages"
    assert (await mia.says("#general", "!remind 2m tea")).content == "In 120 seconds: tea"
    refused = await mia.says("#general", "!remind soon tea")
    assert refused.content == "Cannot remind you: soon is not a duration"
    assert (await mia.says("#general", "!note")).content.startswith("Use `note add`")
    assert (await mia.says("#general", '!note add 7 "buy milk"')).content == "Note 7: buy milk"
    swept = await mia.says("#general", "!sweep --by Max --limit 3")
    assert swept.content == "Would sweep 3 of Max"


async def test_a_handled_failure_is_answered_once(app: Application, mia: Person) -> None:
    assert (await mia.says("#general", "!daily")).content == "Here you are"
    told = mia.says("#general", "!daily")
    assert (await told).content == "Come back later"
    await mia.world.settled()
    said = [message.content for message in await mia.history("#general")]
    assert said == ["!daily", "Here you are", "!daily", "Come back later"]


async def test_a_command_waits_for_the_next_message(app: Application, mia: Person, max: Person) -> None:  # noqa: A002
    assert (await mia.says("#general", "!confirm")).content == "Are you sure?"
    assert (await mia.says("#general", "at once")).content == "You said at once"
    assert (await mia.says("#general", "!confirm")).content == "Are you sure?"
    await max.says("#general", "no").sent()
    assert (await mia.says("#general", "yes")).content == "You said yes"


async def test_hybrid_commands_answer_text_and_slash_and_offer_choices(
    app: Application, olivia: Person, mia: Person
) -> None:
    assert (await mia.says("#general", "!fruit apple 3")).embed.description == "3 × apple"
    assert (await mia.at("#general").slash("fruit", name="cherry")).embed.description == "1 × cherry"
    offered = await mia.autocomplete("fruit", name="ap")
    assert offered == [("apple", "apple"), ("apricot", "apricot")]
    created = await mia.slash("tag create", name="rules", text="Be kind")
    assert (created.content, created.ephemeral) == ("Tag rules created.", True)
    assert (await mia.says("#general", "!tag rules")).content == "Be kind"
    assert (await mia.slash("tag show", name="rules")).content == "Be kind"
    assert (await olivia.at("#general").slash("secret")).content == "The owner it is"
    assert "owner" in (await mia.says("#general", "!secret")).text


async def test_slash_groups_modals_and_context_menus(
    app: Application,
    olivia: Person,
    mia: Person,
    max: Person,  # noqa: A002
) -> None:
    mia.at("#general")
    assert (await mia.slash("colours mix", base="red", other="green")).content == "Red and green"
    modal = await mia.slash("preferences rename")
    assert (await modal.submit(new_name="Harbour")).content == "Now called Harbour"
    refused = await mia.slash("preferences lock")
    assert (refused.content, refused.ephemeral) == ("Only for moderators", True)
    assert (await olivia.at("#general").slash("preferences lock")).content == "Locked"
    assert (await mia.uses("Inspect", on=max)).content.startswith("Max has ")
    written = await max.says("#general", "listen to me").sent()
    assert (await mia.uses("Shout", on=written)).content == "LISTEN TO ME"


async def test_listeners_and_loops_run(app: Application, mia: Person) -> None:
    said = await mia.says("#general", "first").sent()
    assert (await mia.says("#general", "hello bot")).content == "Hello Mia"
    assert (await mia.says("#general", "!points")).content == "Mia: 2"
    assert (await mia.edits(said, "changed").message()).content == "first became changed"
    assert (await mia.reacts(said, "👍").message()).content == "Mia reacted with 👍"


async def test_views_of_every_kind_answer(app: Application, mia: Person, max: Person) -> None:  # noqa: A002
    panel = await mia.says("#general", "!roles")
    await app.bot.reload_extension("extensions.roles")
    assert (await panel.click("News")).content == "You get news now"
    counting = await mia.says("#general", "!counter")
    assert (await (await counting.click("Count 0")).click("Count 1")).labels == ["Count 2"]
    await mia.says("#general", "!shirt")
    shirt = await max.message("#general", "Which size?")
    assert (await max.choose("M", on=shirt)).content == "Not yours"
    assert (await mia.choose("L")).content == "Size L"


async def test_what_setup_registers_without_a_cog_works(
    app: Application,
    mia: Person,
    max: Person,  # noqa: A002
) -> None:
    assert (await mia.says("#general", "!echo hello @everyone")).content == "hello @\u200beveryone"
    assert (await mia.says("#general", "!plus 2 3")).content == "5"
    assert (await mia.at("#general").slash("hug", who=max)).content == f"{mia.mention} hugs {max.mention}"
    assert (await mia.says("#general", "good morning")).content == "Good morning!"


def registered(app: Application) -> dict[str, Any]:
    """What an extension can leave in a bot, by kind."""
    bot = app.bot
    store = bot._connection._view_store
    return {
        "commands": sorted(bot.all_commands),
        "slash": sorted(str(command.qualified_name) for command in bot.tree.walk_commands()),
        "menus": sorted(key[0] for key in bot.tree._context_menus),
        "cogs": sorted(bot.cogs),
        "listeners": {name: len(found) for name, found in bot.extra_events.items() if found},
        "checks": len(bot._checks),
        "views": len(bot.persistent_views),
        "dynamic": len(store._dynamic_items),
        "loops": sum(
            "Loop._loop" in repr(task.get_coro()) and not task.cancelling() for task in asyncio.all_tasks()
        ),
    }


async def test_reloading_and_unloading_leave_nothing_behind(app: Application, mia: Person) -> None:
    loaded = registered(app)
    assert loaded["loops"] == 2
    for name in NAMES:
        await app.bot.reload_extension(f"extensions.{name}")
    assert registered(app) == loaded
    for name in NAMES:
        await app.bot.unload_extension(f"extensions.{name}")
    bare = registered(app)
    assert bare["menus"] == []
    assert bare["views"] == bare["dynamic"] == 0
    assert bare["loops"] == 0
    assert not {"echo", "add", "warn", "fruit", "points", "roles"} & set(bare["commands"])
    assert not {"hug", "colours mix", "preferences rename", "fruit"} & set(bare["slash"])
    await mia.says("#general", "good morning").nothing()
    for name in NAMES:
        await app.bot.load_extension(f"extensions.{name}")
    assert registered(app) == loaded
    assert (await mia.says("#general", "good morning")).content == "Good morning!"
