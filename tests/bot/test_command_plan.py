"""A plan depends on what the commands are, not on the order they came in."""

import discord
import pytest

from guildwright.bot import command_plan
from guildwright.bot.command_plan import ScopePlan


def ping(name="ping", description="Answers"):
    return {"name": name, "description": description, "type": 1, "options": []}


def test_the_order_of_loading_does_not_change_the_hash():
    forwards = command_plan.hash_payload([ping("a"), ping("b")])
    assert command_plan.hash_payload([ping("b"), ping("a")]) == forwards
    assert command_plan.hash_payload([ping("a"), ping("b", "Answers differently")]) != forwards


def test_a_plan_is_compared_with_what_discord_has():
    plan = ScopePlan(None, (ping("same"), ping("changed", "new"), ping("added")), "")
    registered = [ping("same") | {"id": "1", "version": "2"}, ping("changed", "old"), ping("gone")]
    difference = command_plan.compare(plan, registered)
    assert difference.added == ("added",)
    assert difference.changed == ("changed",)
    assert difference.removed == ("gone",)


def test_nothing_to_change_is_no_difference():
    plan = ScopePlan(None, (ping(),), "")
    assert not command_plan.compare(plan, [ping() | {"id": "1", "nsfw": False}])


@pytest.mark.parametrize(("amount", "excess"), [(15, {}), (17, {discord.AppCommandType.user: 2})])
def test_what_exceeds_discords_slots_is_counted_by_kind(amount, excess):
    menus = [{"name": f"Show {number}", "type": 2} for number in range(amount)]
    assert command_plan.find_excess([ping(), *menus]) == excess
