"""A guild's welcome screen, onboarding, widget, templates and alerts, through discord.py's own methods."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt

import discord
import pytest

from .discord_client import channel, member
from .rest_client import PNG, Api, grant

PICTURE = base64.b64decode(PNG.split(",")[1])


@pytest.fixture
async def community(guild: discord.Guild) -> discord.Guild:
    """Guild "Sandbox" after it was made a community."""
    heard = asyncio.create_task(updated(guild))
    await guild.edit(
        community=True,
        rules_channel=channel(guild, "announcements"),
        public_updates_channel=channel(guild, "mod-log"),
        reason="opening up",
    )
    await heard
    return guild


async def updated(guild: discord.Guild) -> None:
    """Wait until the bot heard that the guild changed."""
    await guild._state._get_client().wait_for("guild_update", timeout=5)


async def test_a_guild_becomes_a_community_with_an_icon_and_the_bot_is_told(guild: discord.Guild) -> None:
    heard = asyncio.create_task(updated(guild))
    edited = await guild.edit(
        community=True,
        rules_channel=channel(guild, "announcements"),
        public_updates_channel=channel(guild, "mod-log"),
        icon=PICTURE,
        premium_progress_bar_enabled=True,
        system_channel_flags=discord.SystemChannelFlags(join_notifications=False),
        reason="opening up",
    )
    await heard

    assert "COMMUNITY" in edited.features
    assert "COMMUNITY" in guild.features
    assert guild.icon is not None
    assert await guild.icon.read() == PICTURE
    assert not guild.system_channel_flags.join_notifications
    [entry] = [entry async for entry in guild.audit_logs(action=discord.AuditLogAction.guild_update)]
    assert entry.reason == "opening up"
    assert entry.after.icon is not None


async def test_the_welcome_screen_greets_with_channels(community: discord.Guild) -> None:
    general = channel(community, "general")
    greeting = discord.WelcomeChannel(channel=general, description="Say hello", emoji="👋")

    await community.edit_welcome_screen(
        description="Hi", welcome_channels=[greeting], enabled=True, reason="new"
    )
    screen = await community.welcome_screen()

    assert screen.description == "Hi"
    assert [(one.channel, one.description, str(one.emoji)) for one in screen.welcome_channels] == [
        (general, "Say hello", "👋")
    ]
    assert (await community._state._get_client().fetch_guild(community.id)).features.count(
        "WELCOME_SCREEN_ENABLED"
    ) == 1


async def test_onboarding_asks_new_people_what_they_want(community: discord.Guild) -> None:
    rooms = [await community.create_text_channel(f"room-{number}") for number in range(7)]
    role = await community.create_role(name="Gardener")
    option = discord.OnboardingPromptOption(title="Plants", emoji="🌱", roles=[role], channels=[rooms[0]])
    prompt = discord.OnboardingPrompt(
        type=discord.OnboardingPromptType.multiple_choice, title="What brings you here?", options=[option]
    )

    edited = await community.edit_onboarding(
        prompts=[prompt], default_channels=rooms, enabled=True, reason="ask"
    )
    read = await community.onboarding()

    assert read.enabled
    assert {one.id for one in read.default_channels} == {one.id for one in rooms}
    assert [one.title for one in read.prompts] == ["What brings you here?"]
    assert read.prompts[0].options[0].roles == [role]
    assert read.prompts[0].id == edited.prompts[0].id
    assert {
        entry.reason async for entry in community.audit_logs(action=discord.AuditLogAction.onboarding_create)
    } == {"ask"}


async def test_the_widget_shows_strangers_who_is_online(guild: discord.Guild) -> None:
    invite = await channel(guild, "general").create_invite()
    await guild.edit_widget(enabled=True, channel=channel(guild, "general"))

    shown = await guild.widget()

    assert shown.presence_count == 5
    assert {one.name for one in shown.members} >= {"Olivia", "Mia"}
    assert [one.name for one in shown.channels] == ["Lounge"]
    assert shown.invite_url is not None
    assert shown.invite_url.endswith(invite.code)


async def test_a_template_keeps_the_guild_and_makes_another_like_it(guild: discord.Guild) -> None:
    made = await guild.create_template(name="Kitchen", description="as it is")
    await guild.create_text_channel("new", nsfw=True, default_auto_archive_duration=60)
    stale = (await guild.templates())[0]
    synced = await made.sync()
    renamed = await synced.edit(name="Pantry")
    client = guild._state._get_client()
    found = await client.fetch_template(made.code)
    with pytest.deprecated_call():
        another = await found.create_guild("Second", icon=PICTURE)
    await made.delete()

    assert (stale.is_dirty, synced.is_dirty) == (True, None)
    assert (renamed.name, found.name, found.description) == ("Pantry", "Pantry", "as it is")
    assert {one.name for one in found.source_guild.roles} >= {"Admin", "Moderator", "Member"}
    copies = await (await client.fetch_guild(another.id)).fetch_channels()
    assert sorted(one.name for one in copies) == sorted(one.name for one in await guild.fetch_channels())
    assert next(one for one in copies if one.name == "new").is_nsfw()
    parents = {one.id: one.name for one in copies}
    assert parents[next(one for one in copies if one.name == "mod-log").category_id or 0] == "Staff"
    assert await guild.templates() == []


async def test_a_forum_has_tags_and_defaults_from_its_first_event_on(guild: discord.Guild) -> None:
    tag = discord.ForumTag(name="Solved", emoji="✅", moderated=True)
    forum = await guild.create_forum(
        "help",
        topic="a" * 2_000,
        available_tags=[tag],
        default_sort_order=discord.ForumOrderType.creation_date,
        default_layout=discord.ForumLayoutType.gallery_view,
        default_reaction_emoji="👍",
        default_thread_slowmode_delay=5,
        nsfw=True,
    )
    post = await forum.create_thread(name="Why?", content="because", applied_tags=[forum.available_tags[0]])
    await forum.edit(default_layout=discord.ForumLayoutType.list_view, name="answers", reason="clearer")
    fetched = await guild.fetch_channel(forum.id)

    assert [(one.name, str(one.emoji), one.moderated) for one in forum.available_tags] == [
        ("Solved", "✅", True)
    ]
    assert forum.default_sort_order is discord.ForumOrderType.creation_date
    assert post.thread.applied_tags[0].name == "Solved"
    assert isinstance(fetched, discord.ForumChannel)
    assert (fetched.default_layout, fetched.is_nsfw(), str(fetched.default_reaction_emoji)) == (
        discord.ForumLayoutType.list_view,
        True,
        "👍",
    )
    entries = [entry async for entry in guild.audit_logs(action=discord.AuditLogAction.channel_update)]
    assert [entry.reason for entry in entries] == ["clearer"]
    assert entries[0].after.name == "answers"


async def test_invites_are_paused_and_the_owner_is_told(guild: discord.Guild) -> None:
    until = discord.utils.utcnow() + dt.timedelta(hours=2)
    heard = asyncio.create_task(updated(guild))

    await guild.edit(invites_disabled_until=until)
    await heard

    assert guild.invites_paused_until == until
    assert [one.name for one in await guild.integrations()] == ["Guildwright"]
    assert (await guild.role_member_counts())[member(guild, "mia").roles[1]] == 3
    assert (await guild._state._get_client().fetch_guild_preview(guild.id)).approximate_member_count == 5
    assert member(guild, "mia") in guild.members


REFUSED = [
    ("PATCH", "/guilds/{guild}/welcome-screen", {"description": "a"}, 50001),
    ("PATCH", "/guilds/{guild}", {"features": ["COMMUNITY"]}, 50013),
    ("PATCH", "/guilds/{guild}", {"owner_id": "{mia}"}, 50013),
    ("PATCH", "/guilds/{guild}", {"icon": "data:image/png;base64,AAAA"}, 50035),
    ("PATCH", "/guilds/{guild}", {"rules_channel_id": "1"}, 50035),
    ("PATCH", "/guilds/{guild}/vanity-url", {"code": "mine"}, 50001),
    ("POST", "/guilds/{guild}/mfa", {"level": 1}, 50013),
    ("PUT", "/guilds/{guild}/onboarding", {"enabled": True}, 350000),
    ("PUT", "/guilds/{guild}/onboarding", {"prompts": [{"title": "a"}]}, 50035),
    ("PUT", "/guilds/{guild}/incident-actions", {"dms_disabled_until": "2099-01-01T00:00:00+00:00"}, 50035),
    ("PATCH", "/guilds/{guild}/widget", {"channel_id": "1"}, 50035),
    ("GET", "/guilds/{guild}/widget.json", None, 50004),
    ("GET", "/guilds/{guild}/welcome-screen", None, 10069),
    ("POST", "/guilds/{guild}/templates", {"name": "a" * 101}, 50035),
    ("GET", "/guilds/templates/nothing", None, 10057),
    ("PATCH", "/guilds/{guild}/templates/nothing", {"name": "b"}, 10057),
    ("POST", "/guilds/{guild}/channels", {"name": "a", "type": 0, "topic": "a" * 1_025}, 50035),
    ("POST", "/guilds/{guild}/channels", {"name": "a", "parent_id": "{general}"}, 50035),
    ("PATCH", "/channels/{general}", {"topic": "a" * 1_025}, 50035),
    ("GET", "/stickers/123456789012345678", None, 10060),
]


@pytest.mark.parametrize(("method", "path", "body", "code"), REFUSED)
async def test_what_discord_refuses_is_refused_with_its_code(
    api: Api, method: str, path: str, body: dict[str, str] | None, code: int
) -> None:
    grant(api, "manage_guild", "manage_roles", "manage_channels", "create_instant_invite")
    filled = None if body is None else {key: _filled(api, value) for key, value in body.items()}

    assert (await api.call(method, path, filled)).code == code


def _filled(api: Api, value: object) -> object:
    return value.format(**api.names) if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "welcome-screen"),
        ("PUT", "onboarding"),
        ("PATCH", "widget"),
        ("PUT", "incident-actions"),
        ("POST", "templates"),
        ("GET", "templates"),
        ("GET", "integrations"),
    ],
)
async def test_a_bot_that_may_not_manage_the_guild_is_told_so(api: Api, method: str, path: str) -> None:
    body = {"name": "a"} if path == "templates" and method == "POST" else {}

    assert (await api.call(method, f"/guilds/{{guild}}/{path}", body)).code == 50013


async def test_a_post_is_pinned_on_top_of_its_forum(guild: discord.Guild) -> None:
    post = (await guild.forums[0].create_thread(name="First", content="a")).thread
    heard = asyncio.create_task(guild._state._get_client().wait_for("thread_update", timeout=5))

    await post.edit(pinned=True)
    _, told = await heard
    fetched = await guild.fetch_channel(post.id)
    edited = await post.edit(name="First of all", pinned=False)

    assert told.flags.pinned
    assert isinstance(fetched, discord.Thread)
    assert fetched.flags.pinned
    assert (edited.name, edited.flags.pinned) == ("First of all", False)


async def test_a_second_post_is_not_pinned_and_a_thread_never(api: Api) -> None:
    grant(api, "manage_threads", "create_public_threads")
    posts = [
        (
            await api.call("POST", "/channels/{forum}/threads", {"name": name, "message": {"content": "a"}})
        ).body
        for name in ("First", "Second")
    ]
    thread = (await api.call("POST", "/channels/{general}/threads", {"name": "Talk", "type": 11})).body

    pins = [await api.call("PATCH", f"/channels/{post['id']}", {"flags": 2}) for post in posts]
    elsewhere = await api.call("PATCH", f"/channels/{thread['id']}", {"flags": 2})
    freed = await api.call("PATCH", f"/channels/{posts[0]['id']}", {"flags": 0})
    moved = await api.call("PATCH", f"/channels/{posts[1]['id']}", {"flags": 2})

    assert [pin.status for pin in pins] == [200, 400]
    assert pins[1].code == 30047
    assert elsewhere.status == 501
    assert (freed.body["flags"], moved.body["flags"]) == (0, 2)
