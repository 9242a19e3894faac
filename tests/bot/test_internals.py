"""A discord.py that moved a private name is refused in one sentence."""

import pytest

from guildwright.bot import internals


def test_every_name_is_where_it_is_looked_for():
    internals.check_names()


def test_a_moved_name_is_named_with_the_version_and_what_to_install():
    with pytest.raises(internals.MovedNameError) as refusal:
        internals.check_names({"Shard._queue_put": False, "Client._listeners": True})
    assert "Shard._queue_put" in str(refusal.value)
    assert "Client._listeners" not in str(refusal.value)
    assert "pip install" in str(refusal.value)


@pytest.fixture
def addresses():
    yield
    internals.point_at(None, None)


def test_without_an_address_the_real_discord_is_meant(addresses):
    internals.point_at("http://127.0.0.1:1/api/v10/", None)
    internals.point_at(None, None)
    assert internals.Route.BASE == "https://discord.com/api/v10"
    assert internals.Asset.BASE == "https://cdn.discordapp.com"
