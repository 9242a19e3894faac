"""An unmodified discord.py bot does what bots do all day, and nothing of it is refused or unknown."""

from __future__ import annotations

import base64
import datetime as dt
import io

import discord
from discord import app_commands, ui

from .discord_client import channel, member
from .rest_client import PNG

PICTURE = base64.b64decode(PNG.split(",")[1])


async def test_messages(guild: discord.Guild) -> None:
    general = channel(guild, "general")
    layout = ui.LayoutView()
    layout.add_item(ui.Container(ui.TextDisplay("# Hi"), ui.ActionRow(ui.Button(label="press"))))
    embed = discord.Embed(title="t").set_image(url="attachment://p.png")

    message = await general.send("hi", embed=embed, file=discord.File(io.BytesIO(PICTURE), "p.png"))
    await message.edit(content="edited", view=ui.View().add_item(ui.Button(label="b")))
    await message.reply("reply", mention_author=False)
    await message.add_reaction("👍")
    await message.clear_reactions()
    await message.pin()
    shown = await general.send(view=layout)
    poll = (
        discord.Poll(question="q", duration=dt.timedelta(hours=2)).add_answer(text="a").add_answer(text="b")
    )
    await general.send(poll=poll)
    await (await channel(guild, "announcements").send("news")).publish()
    await member(guild, "olivia").send("psst")

    assert message.embeds[0].image.url is not None
    assert [pinned.id async for pinned in general.pins()] == [message.id]
    assert isinstance(shown.components[0], discord.Container)
    assert len(await general.purge(limit=2)) == 2


async def test_threads(guild: discord.Guild) -> None:
    general = channel(guild, "general")
    thread = await (await general.send("start")).create_thread(name="Talk")
    await thread.send("inside")
    await thread.edit(name="Talks", locked=True)
    await thread.add_user(member(guild, "mia"))
    await thread.edit(archived=True)
    await general.create_thread(name="Quiet", type=discord.ChannelType.private_thread)
    post = await guild.forums[0].create_thread(
        name="Why?", content="body", file=discord.File(io.BytesIO(b"a"), "a.txt")
    )

    assert post.message.content == "body"
    assert post.message.attachments[0].filename == "a.txt"
    assert [found.name async for found in general.archived_threads()] == ["Talks"]


async def test_the_guild_is_shaped(guild: discord.Guild) -> None:
    mia = member(guild, "mia")
    role = await guild.create_role(name="Helper", color=discord.Color.red(), hoist=True, reason="needed")
    await role.edit(name="Helpers", position=1)
    await mia.add_roles(role)
    await mia.remove_roles(role)
    await role.delete()
    category = await guild.create_category("Area")
    hidden = {guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    text = await guild.create_text_channel("room", category=category, topic="x", overwrites=hidden)
    await text.set_permissions(mia, view_channel=True)
    await text.edit(name="rooms", slowmode_delay=5)
    await text.move(end=True)
    await text.delete()
    emoji = await guild.create_custom_emoji(name="dot", image=PICTURE)
    await guild.edit(name="Renamed", description="d")
    await channel(guild, "general").create_invite(max_age=60)

    assert await emoji.read() == PICTURE
    assert len(await guild.invites()) == 1
    assert [entry.reason async for entry in guild.audit_logs(action=discord.AuditLogAction.role_create)] == [
        "needed"
    ]


async def test_people_are_moderated(guild: discord.Guild) -> None:
    mia = member(guild, "mia")
    await mia.edit(nick="M")
    await mia.timeout(dt.timedelta(minutes=5))
    await mia.timeout(None)
    await guild.ban(mia, reason="spam", delete_message_seconds=60)
    banned = [entry.reason async for entry in guild.bans()]
    await guild.unban(mia)
    rule = await guild.create_automod_rule(
        name="Words",
        event_type=discord.AutoModRuleEventType.message_send,
        trigger=discord.AutoModTrigger(keyword_filter=["bad"]),
        actions=[discord.AutoModRuleAction()],
    )

    assert banned == ["spam"]
    assert (await guild.fetch_automod_rule(rule.id)).name == "Words"


async def test_webhooks_and_events(guild: discord.Guild) -> None:
    hook = await channel(guild, "general").create_webhook(name="W")
    sent = await hook.send("hey", username="Someone", wait=True)
    await hook.delete()
    soon = discord.utils.utcnow() + dt.timedelta(hours=1)
    event = await guild.create_scheduled_event(
        name="Meeting",
        start_time=soon,
        end_time=soon + dt.timedelta(hours=1),
        entity_type=discord.EntityType.external,
        location="here",
        privacy_level=discord.PrivacyLevel.guild_only,
    )

    assert sent.author.name == "Someone"
    assert event.location == "here"


async def test_everything_is_fetched(guild: discord.Guild) -> None:
    client = guild._state._get_client()
    application = await client.application_info()
    await application.edit(description="d")
    assert client.user is not None
    await client.user.edit(username="Newname", avatar=PICTURE)

    assert (await client.fetch_guild(guild.id)).approximate_member_count == 5
    assert [found.name async for found in client.fetch_guilds()] == ["Mia's workshop", "Sandbox"]
    assert (await client.fetch_user(application.owner.id)).name == "olivia"
    assert len([found async for found in guild.fetch_members(limit=None)]) == 5
    assert {found.name for found in await guild.query_members("ma")} == {"marco", "max"}
    assert len(await guild.fetch_channels()) == len(guild.channels)
    assert (await member(guild, "olivia").display_avatar.read()).startswith(b"\x89PNG")


async def test_commands_are_synced(guild: discord.Guild) -> None:
    tree = app_commands.CommandTree(guild._state._get_client())

    @tree.command(description="pongs")
    async def ping(
        _: discord.Interaction, who: discord.Member, times: app_commands.Range[int, 1, 5] = 1
    ) -> None:
        """Never run here."""

    @tree.context_menu(name="Quote it")
    async def quote(_: discord.Interaction, message: discord.Message) -> None:
        """Never run here."""

    first = await tree.sync()
    again = await tree.sync()
    await first[0].edit(description="other")
    await first[0].delete()

    assert [command.id for command in first] == [command.id for command in again]
    assert [command.name for command in await tree.fetch_commands()] == ["Quote it"]
