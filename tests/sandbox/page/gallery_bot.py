"""A plain discord.py bot that sends one of everything the chat page draws."""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import discord
from discord import app_commands, ui

FRUITS = ("apple", "banana", "cherry", "date", "elderberry", "fig", "grape")
MARKDOWN = """# Heading one
## Heading two
### Heading three
**bold** *italic* __underline__ ~~strike~~ ||a spoiler|| `inline code` ***both***
> a quote
> of two lines
- first
- second
  - deeper
1. one
2. two
[masked link](https://example.org/a_(b)) and https://example.org/bare.
{mentions} <t:1700000000:R> @everyone
```py
def greet(name: str) -> str:
    return f"Hello {{name}}"
```
-# small print"""


def png(width: int, height: int, color: tuple[int, int, int]) -> bytes:
    """Return a picture in two shades of one colour."""
    rows = b"".join(
        b"\0"
        + b"".join(
            bytes(min(255, part + 60 * ((x // 24 + y // 24) % 2)) for part in color) for x in range(width)
        )
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


class GalleryBot(discord.Client):
    """Sends an exhibit when its name is written, and offers commands of every kind."""

    def __init__(self) -> None:
        # discord.py waits so long for further guilds before it says that it is ready.
        super().__init__(intents=discord.Intents.all(), guild_ready_timeout=0.05)
        self.tree = app_commands.CommandTree(self)
        self.ready = asyncio.Event()
        self.release = asyncio.Event()
        self.held = asyncio.Event()
        self.asked: list[str] = []
        add_commands(self)
        add_menus(self)

    async def on_ready(self) -> None:
        await self.tree.sync()
        self.ready.set()

    async def on_message(self, message: discord.Message) -> None:
        exhibit = EXHIBITS.get(message.content)
        if exhibit is not None:
            await exhibit(message)


async def show_markdown(message: discord.Message) -> None:
    channel, author = message.channel, message.author
    roles = [role for role in author.roles if role.name != "@everyone"]
    mentions = f"{author.mention} {channel.mention} {roles[0].mention if roles else ''}"
    await channel.send(MARKDOWN.format(mentions=mentions), allowed_mentions=discord.AllowedMentions.none())


def full_embed() -> discord.Embed:
    embed = discord.Embed(
        title="An embed with **everything**",
        url="https://example.org/title",
        description="A description with *markdown*, a [link](https://example.org) and `code`.\n> and a quote",
        colour=0x4FB580,
        timestamp=datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
    )
    embed.set_author(name="The author", url="https://example.org/author")
    embed.set_footer(text="The footer")
    embed.set_thumbnail(url="attachment://thumb.png")
    embed.set_image(url="attachment://wide.png")
    for name in ("First", "Second", "Third", "Fourth"):
        embed.add_field(name=name, value=f"the {name.lower()} of **four**")
    return embed.add_field(name="Alone", value="A field that takes the whole row", inline=False)


async def show_embed(message: discord.Message) -> None:
    files = [
        discord.File(BytesIO(png(80, 80, (60, 110, 150))), "thumb.png"),
        discord.File(BytesIO(png(460, 180, (120, 90, 60))), "wide.png"),
    ]
    await message.channel.send(embed=full_embed(), files=files)


async def show_help(message: discord.Message) -> None:
    embed = discord.Embed(
        title="Gallery: help",
        description="What this bot can show. Write a name, or use a slash command.",
        colour=0xE2A95F,
    )
    embed.add_field(name="Messages", value="`!markdown` · `!embed` · `!files` · `!poll`", inline=False)
    embed.add_field(name="Components", value="`!buttons` · `!selects` · `!layout`", inline=False)
    embed.add_field(name="Slash commands", value="`/order` · `/secret` · `/form` · `/think`", inline=False)
    embed.set_footer(text="7 commands · page 1 of 1")
    await message.reply(embed=embed, view=Buttons())


async def show_files(message: discord.Message) -> None:
    files = [
        discord.File(BytesIO(png(320, 160, (70, 80, 130))), "picture.png", description="Two shades of blue"),
        discord.File(BytesIO(png(200, 120, (130, 60, 60))), "secret.png", spoiler=True),
        discord.File(BytesIO(b"name,count\nfig,3\n"), "table.csv"),
    ]
    await message.channel.send("Three files", files=files)


async def show_poll(message: discord.Message) -> None:
    poll = discord.Poll(question="Which fruit?", duration=timedelta(hours=4))
    for fruit in FRUITS[:3]:
        poll.add_answer(text=fruit)
    await message.channel.send(poll=poll)


async def show_reactions(message: discord.Message) -> None:
    answer = await message.reply("React to this")
    await answer.add_reaction("👍")
    await answer.add_reaction("🎉")


async def show_thread(message: discord.Message) -> None:
    thread = await message.create_thread(name="A thread about fruit")
    await thread.send("Inside the thread")
    forum = discord.utils.get(message.guild.forums, name="questions")
    if forum is not None:
        await forum.create_thread(name="How do I begin?", content="Like **this**.")


async def show_typing(message: discord.Message) -> None:
    await message.channel.typing()


async def echo(message: discord.Message) -> None:
    await message.channel.send("pong")


class Buttons(ui.View):
    """A button of every style."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        styles = discord.ButtonStyle
        for style in (styles.primary, styles.secondary, styles.success, styles.danger):
            button: ui.Button[Buttons] = ui.Button(
                label=style.name.title(), style=style, custom_id=f"style-{style.name}"
            )
            button.callback = pressed  # type: ignore[method-assign]
            self.add_item(button)
        self.add_item(ui.Button(label="Link", url="https://example.org"))
        self.add_item(ui.Button(label="Disabled", disabled=True, custom_id="disabled", row=1))
        self.add_item(ui.Button(emoji="🎉", custom_id="silent", row=1))


async def pressed(interaction: discord.Interaction) -> None:
    await interaction.response.send_message(
        f"{interaction.user.display_name} pressed {interaction.data['custom_id']}"
    )


class Selects(ui.View):
    """A select of every kind."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        options = [
            discord.SelectOption(label=name.title(), value=name, description=f"A {name}") for name in FRUITS
        ]
        self.add_item(chooser(ui.Select(custom_id="fruit", placeholder="Choose a fruit", options=options)))
        self.add_item(
            chooser(ui.Select(custom_id="fruits", placeholder="Up to three", options=options, max_values=3))
        )
        self.add_item(chooser(ui.UserSelect(custom_id="user")))
        self.add_item(chooser(ui.RoleSelect(custom_id="role")))
        self.add_item(chooser(ui.ChannelSelect(custom_id="channel")))


class MentionableSelect(ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(chooser(ui.MentionableSelect(custom_id="mentionable")))


def chooser(select: Any) -> Any:
    async def callback(interaction: discord.Interaction) -> None:
        names = ", ".join(str(getattr(value, "name", value)) for value in select.values)
        await interaction.response.send_message(f"chose {names}")

    select.callback = callback
    return select


async def show_buttons(message: discord.Message) -> None:
    await message.channel.send("Buttons of every style", view=Buttons())


async def show_selects(message: discord.Message) -> None:
    await message.channel.send("Selects of every kind", view=Selects())
    await message.channel.send("And one more", view=MentionableSelect())


async def show_layout(message: discord.Message) -> None:
    """Components v2, one of each."""
    view = ui.LayoutView(timeout=None)
    container: ui.Container[Any] = ui.Container(accent_colour=0xE2A95F)
    container.add_item(ui.TextDisplay("## Components v2\nText with **markdown** in a container"))
    container.add_item(
        ui.Section(
            "A section with a picture\n-# and small print", accessory=ui.Thumbnail("attachment://thumb.png")
        )
    )
    container.add_item(ui.Separator(spacing=discord.SeparatorSpacing.large))
    button: ui.Button[Any] = ui.Button(label="In a section", custom_id="style-section")
    button.callback = pressed  # type: ignore[method-assign]
    container.add_item(ui.Section("A section with a button", accessory=button))
    gallery: ui.MediaGallery[Any] = ui.MediaGallery()
    gallery.add_item(media="attachment://one.png", description="The first")
    gallery.add_item(media="attachment://two.png", spoiler=True)
    container.add_item(gallery)
    container.add_item(ui.File("attachment://notes.txt"))
    container.add_item(
        ui.ActionRow(chooser(ui.Select(custom_id="v2", options=[discord.SelectOption(label="Only")])))
    )
    view.add_item(container)
    files = [
        discord.File(BytesIO(png(80, 80, (60, 130, 90))), "thumb.png"),
        discord.File(BytesIO(png(240, 160, (110, 80, 130))), "one.png"),
        discord.File(BytesIO(png(240, 160, (130, 110, 60))), "two.png"),
        discord.File(BytesIO(b"notes\n"), "notes.txt"),
    ]
    await message.channel.send(view=view, files=files)


class Form(ui.Modal, title="Report a fruit"):
    """A text, a longer one and a select."""

    name = ui.TextInput(
        label="Name", custom_id="name", min_length=3, max_length=20, placeholder="Which fruit?"
    )
    story = ui.TextInput(label="Story", custom_id="story", style=discord.TextStyle.paragraph, required=False)
    kind = ui.Label(
        text="Kind",
        description="What it is",
        component=ui.Select(
            custom_id="kind",
            options=[discord.SelectOption(label=name.title(), value=name) for name in FRUITS],
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        values = self.kind.component.values
        await interaction.response.send_message(
            f"Report: {self.name.value} / {self.story.value} / {values[0]}"
        )


def add_commands(bot: GalleryBot) -> None:
    tree = bot.tree

    @tree.command(description="Order fruit, with many options")
    @app_commands.describe(
        fruit="What to order",
        amount="How many",
        gift="As a gift?",
        to="For whom",
        size="How large",
        note="A note",
    )
    @app_commands.choices(
        size=[app_commands.Choice(name=name.title(), value=name) for name in ("small", "large")]
    )
    async def order(
        interaction: discord.Interaction,
        fruit: str,
        amount: app_commands.Range[int, 1, 20],
        gift: bool,
        to: discord.Member,
        size: app_commands.Choice[str],
        where: discord.TextChannel | None = None,
        note: app_commands.Range[str, 0, 40] = "",
    ) -> None:
        values = [fruit, amount, gift, to.display_name, size.value, where.name if where else None, note]
        await interaction.response.send_message(f"Order: {values}")

    @order.autocomplete("fruit")
    async def fruits(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        bot.asked.append(current)
        if current == "slow":
            bot.held.set()
            await bot.release.wait()
        found = [name for name in FRUITS if current.lower() in name]
        return [app_commands.Choice(name=name.title(), value=f"id-{name}") for name in found]

    @tree.command(description="Only you see the answer")
    async def secret(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("psst, this is **private**", ephemeral=True)

    @tree.command(description="Thinks before it answers")
    async def think(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await bot.release.wait()
        await interaction.followup.send("Thought about it")

    @tree.command(description="Never answers")
    async def silent(interaction: discord.Interaction) -> None:
        bot.asked.append(str(interaction.id))

    @tree.command(description="Opens a form")
    async def form(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    @tree.command(description="Only for moderators")
    @app_commands.default_permissions(ban_members=True)
    async def staff(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("staff only")

    group = app_commands.Group(name="config", description="Settings")

    @group.command(name="set", description="Change a setting")
    async def set_one(interaction: discord.Interaction, key: str, value: float) -> None:
        await interaction.response.send_message(f"{key} = {value}")

    tree.add_command(group)


def add_menus(bot: GalleryBot) -> None:
    @bot.tree.context_menu(name="Greet")
    async def greet(interaction: discord.Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(
            f"{interaction.user.display_name} greets {member.display_name}"
        )

    @bot.tree.context_menu(name="Quote")
    async def quote(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"“{message.content}”")


Exhibit = Callable[[discord.Message], Awaitable[None]]
EXHIBITS: dict[str, Exhibit] = {
    "!help": show_help,
    "!markdown": show_markdown,
    "!embed": show_embed,
    "!files": show_files,
    "!poll": show_poll,
    "!reactions": show_reactions,
    "!thread": show_thread,
    "!typing": show_typing,
    "!buttons": show_buttons,
    "!selects": show_selects,
    "!layout": show_layout,
    "!ping": echo,
}
