"""Whatever a bot changes in a guild stands in the audit log, with the reason it gave."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Awaitable, Callable

import discord
import pytest
from discord import AuditLogAction as Action

from .discord_client import channel, member
from .rest_client import PNG, Api, grant
from .test_rest_tour import PICTURE

WHY = "tidying up"


async def entries(guild: discord.Guild) -> list[discord.AuditLogEntry]:
    """Every entry, the oldest first."""
    return [entry async for entry in guild.audit_logs(limit=None)][::-1]


async def emojis_and_stickers(guild: discord.Guild) -> list[Action]:
    emoji = await guild.create_custom_emoji(name="dot", image=PICTURE, reason=WHY)
    await (await emoji.edit(name="dots", reason=WHY)).delete(reason=WHY)
    file = discord.File(io.BytesIO(PICTURE), "a.png")
    sticker = await guild.create_sticker(name="dot", description="d", emoji="🔥", file=file, reason=WHY)
    await (await sticker.edit(name="dots", reason=WHY)).delete(reason=WHY)
    return [
        Action.emoji_create, Action.emoji_update, Action.emoji_delete,
        Action.sticker_create, Action.sticker_update, Action.sticker_delete,
    ]  # fmt: skip


async def webhooks_and_invites(guild: discord.Guild) -> list[Action]:
    general = channel(guild, "general")
    hook = await general.create_webhook(name="News", reason=WHY)
    await (await hook.edit(name="Old news", reason=WHY)).delete(reason=WHY)
    await channel(guild, "announcements").follow(destination=general, reason=WHY)
    invite = await general.create_invite(max_age=60, max_uses=3, reason=WHY)
    await invite.delete(reason=WHY)
    return [
        Action.webhook_create, Action.webhook_update, Action.webhook_delete, Action.webhook_create,
        Action.invite_create, Action.invite_delete,
    ]  # fmt: skip


async def threads_and_posts(guild: discord.Guild) -> list[Action]:
    thread = await channel(guild, "general").create_thread(
        name="Talk", type=discord.ChannelType.public_thread, reason=WHY
    )
    await thread.edit(name="Talks", reason=WHY)
    await thread.edit(archived=True, locked=True, reason=WHY)
    await thread.delete(reason=WHY)
    post = await guild.forums[0].create_thread(name="Why?", content="body", reason=WHY)
    await post.thread.edit(pinned=True, reason=WHY)
    return [
        Action.thread_create, Action.thread_update, Action.thread_update, Action.thread_delete,
        Action.thread_create, Action.thread_update,
    ]  # fmt: skip


async def overwrites_and_pins(guild: discord.Guild) -> list[Action]:
    general, mia = channel(guild, "general"), member(guild, "mia")
    await general.set_permissions(mia, view_channel=True, reason=WHY)
    await general.set_permissions(mia, view_channel=False, reason=WHY)
    await general.set_permissions(mia, overwrite=None, reason=WHY)
    message = await general.send("a")
    await message.pin(reason=WHY)
    await message.unpin(reason=WHY)
    return [
        Action.overwrite_create, Action.overwrite_update, Action.overwrite_delete,
        Action.message_pin, Action.message_unpin,
    ]  # fmt: skip


async def stages_and_rules(guild: discord.Guild) -> list[Action]:
    stage = await (await guild.create_stage_channel("Stage", reason=WHY)).create_instance(
        topic="a", reason=WHY
    )
    await stage.edit(topic="b", reason=WHY)
    await stage.delete(reason=WHY)
    rule = await guild.create_automod_rule(
        name="Words",
        event_type=discord.AutoModRuleEventType.message_send,
        trigger=discord.AutoModTrigger(keyword_filter=["bad"]),
        actions=[discord.AutoModRuleAction()],
        reason=WHY,
    )
    await (await rule.edit(enabled=True, reason=WHY)).delete(reason=WHY)
    return [
        Action.channel_create,
        Action.stage_instance_create, Action.stage_instance_update, Action.stage_instance_delete,
        Action.automod_rule_create, Action.automod_rule_update, Action.automod_rule_delete,
    ]  # fmt: skip


async def events_and_people(guild: discord.Guild) -> list[Action]:
    start = discord.utils.utcnow() + dt.timedelta(hours=1)
    event = await guild.create_scheduled_event(
        name="Meeting", start_time=start, channel=guild.voice_channels[0], reason=WHY,
        entity_type=discord.EntityType.voice, privacy_level=discord.PrivacyLevel.guild_only,
    )  # fmt: skip
    await (await event.edit(name="Meetings", reason=WHY)).delete(reason=WHY)
    await guild.prune_members(days=1, compute_prune_count=True, reason=WHY)
    return [
        Action.scheduled_event_create, Action.scheduled_event_update, Action.scheduled_event_delete,
        Action.member_prune,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        emojis_and_stickers,
        webhooks_and_invites,
        threads_and_posts,
        overwrites_and_pins,
        stages_and_rules,
        events_and_people,
    ],
)
async def test_every_change_is_one_entry_with_its_reason(
    guild: discord.Guild, change: Callable[[discord.Guild], Awaitable[list[Action]]]
) -> None:
    expected = await change(guild)
    written = await entries(guild)
    assert [entry.action for entry in written] == expected
    assert {entry.reason for entry in written} == {WHY}


async def test_an_entry_tells_what_was_before_and_what_is_after(guild: discord.Guild) -> None:
    thread = await channel(guild, "general").create_thread(
        name="Talk", type=discord.ChannelType.public_thread
    )
    await thread.edit(archived=True)
    message = await channel(guild, "general").send("a")
    await message.pin()
    mia = member(guild, "mia")
    await channel(guild, "general").set_permissions(mia, send_messages=False)

    created, archived, pinned, overwritten = await entries(guild)
    assert (created.after.name, created.target) == ("Talk", thread)
    assert (archived.before.archived, archived.after.archived) == (False, True)
    assert (pinned.target, getattr(pinned.extra, "message_id", None)) == (guild.me, message.id)
    assert overwritten.target == channel(guild, "general")
    assert overwritten.extra == mia
    assert overwritten.after.deny.send_messages


async def test_what_changed_nothing_or_was_refused_is_no_entry(api: Api) -> None:
    grant(api, "administrator")
    hook = (await api.call("POST", "/channels/{general}/webhooks", {"name": "W"})).body["id"]
    log = api.world.backend.guilds[int(api.names["guild"])].audit_log_entries
    assert len(log) == 1

    same = await api.call("PATCH", f"/webhooks/{hook}", {"name": "W"})
    gone = await api.call("DELETE", "/webhooks/1")
    wrong = await api.call("POST", "/guilds/{guild}/emojis", {"name": "", "image": PNG})
    nobody = await api.call("DELETE", "/channels/1/permissions/2")

    assert [same.status, gone.status, wrong.status, nobody.status] == [200, 404, 400, 404]
    assert len(log) == 1
