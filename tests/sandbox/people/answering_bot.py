"""A plain discord.py bot that offers one of everything a person can use."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import discord
from discord import app_commands

COLOURS = ("red", "green", "blue")


class AnsweringBot(discord.Client):
    """Answers with what it was given, so that a test sees what arrived."""

    def __init__(self) -> None:
        # discord.py waits so long for further guilds before it says that it is ready.
        super().__init__(intents=discord.Intents.all(), guild_ready_timeout=0.05)
        self.tree = app_commands.CommandTree(self)
        self.ready = asyncio.Event()
        self.release = asyncio.Event()
        self.heard: list[str] = []
        self._news = asyncio.Event()
        _add_commands(self)
        _add_menus(self)

    def note(self, news: str) -> None:
        self.heard.append(news)
        self._news.set()

    async def has_heard(self, news: str) -> None:
        async with asyncio.timeout(5):
            while news not in self.heard:
                self._news.clear()
                await self._news.wait()

    async def on_ready(self) -> None:
        self.ready.set()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.note(f"joined {guild.name}")

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.note(f"left {guild.name}")

    async def on_message(self, message: discord.Message) -> None:
        self.note(message.content)
        if message.content == "!panel":
            await message.channel.send("Panel", view=Panel())
        elif message.content == "!layout":
            await message.channel.send(view=Layout())
        elif message.content == "!poll":
            poll = discord.Poll(question="Tea?", duration=timedelta(hours=1))
            await message.channel.send(poll=poll.add_answer(text="Yes").add_answer(text="No"))


class Panel(discord.ui.View):
    """Every kind of component."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Site", url="https://example.org"))
        options = [discord.SelectOption(label=colour, value=colour) for colour in COLOURS]
        self.add_item(Picker(discord.ui.Select(custom_id="colours", options=options, max_values=2)))
        self.add_item(Picker(discord.ui.UserSelect(custom_id="users")))
        self.add_item(Picker(discord.ui.RoleSelect(custom_id="roles")))
        self.add_item(Picker(discord.ui.MentionableSelect(custom_id="mentionables")))

    @discord.ui.button(label="Press", custom_id="press", style=discord.ButtonStyle.primary)
    async def press(self, interaction: discord.Interaction, _: discord.ui.Button[Panel]) -> None:
        await interaction.response.send_message(f"pressed by {interaction.user.name}")

    @discord.ui.button(label="Never", custom_id="never", disabled=True)
    async def never(self, interaction: discord.Interaction, _: discord.ui.Button[Panel]) -> None:
        await interaction.response.send_message("a disabled button was pressed")

    @discord.ui.button(label="Form", custom_id="form")
    async def form(self, interaction: discord.Interaction, _: discord.ui.Button[Panel]) -> None:
        await interaction.response.send_modal(Form())


class Layout(discord.ui.LayoutView):
    """Components of the second version: a text beside a menu of channels."""

    text = discord.ui.TextDisplay("Where **to**?")
    row: discord.ui.ActionRow[Layout] = discord.ui.ActionRow()

    @row.select(cls=discord.ui.ChannelSelect, custom_id="channels", channel_types=[discord.ChannelType.text])
    async def channels(self, interaction: discord.Interaction, select: Any) -> None:
        await interaction.response.send_message(f"chose {select.values[0].name}")


def Picker(select: Any) -> Any:  # noqa: N802 - reads as the class it stands for
    """Give a select menu an answer that names what was chosen."""

    async def callback(interaction: discord.Interaction) -> None:
        chosen = ", ".join(getattr(value, "name", value) for value in select.values)
        await interaction.response.send_message(f"chose {chosen}")

    select.callback = callback
    return select


class Form(discord.ui.Modal, title="Report"):
    """A text, a select menu and a file."""

    reason = discord.ui.TextInput(label="Why", custom_id="why", min_length=3, max_length=20)
    colour = discord.ui.Label(
        text="Colour",
        component=discord.ui.Select(
            custom_id="colour", options=[discord.SelectOption(label=item, value=item) for item in COLOURS]
        ),
    )
    proof = discord.ui.Label(
        text="Proof", component=discord.ui.FileUpload(custom_id="proof", required=False, max_values=2)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        files = [(await item.read()).decode() for item in self.proof.component.values]
        answer = f"{self.reason.value} / {self.colour.component.values[0]} / {files}"
        await interaction.response.send_message(answer, ephemeral=True)


def _add_commands(bot: AnsweringBot) -> None:
    tree = bot.tree

    @tree.command(description="Every type of option")
    async def everything(
        interaction: discord.Interaction,
        text: str,
        whole: app_commands.Range[int, 1, 10],
        broken: float,
        flag: bool,
        person: discord.Member,
        channel: discord.TextChannel,
        role: discord.Role,
        anyone: discord.Member | discord.Role,
        file: discord.Attachment,
        note: str = "none",
    ) -> None:
        content = (await file.read()).decode()
        values = (text, whole, broken, flag, person.name, channel.name, role.name, anyone.name, content, note)
        await interaction.response.send_message(repr(values))

    @tree.command(description="Only you see it")
    async def secret(interaction: discord.Interaction) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="More", custom_id="more"))
        await interaction.response.send_message("psst", ephemeral=True, view=view)

    @tree.command(description="Never answers")
    async def silent(interaction: discord.Interaction) -> None:
        bot.note(f"silent {interaction.id}")

    @tree.command(description="Thinks first")
    async def think(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await bot.release.wait()
        await interaction.followup.send("thought")

    @tree.command(description="For moderators")
    @app_commands.default_permissions(ban_members=True)
    async def staff(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("staff only")

    tree.add_command(_config(bot))


def _config(bot: AnsweringBot) -> app_commands.Group:
    config = app_commands.Group(name="config", description="Settings")

    @config.command(name="set", description="Set one")
    async def set_one(interaction: discord.Interaction, scope: str, key: str) -> None:
        await interaction.response.send_message(f"{scope}/{key}")

    @set_one.autocomplete("key")
    async def keys(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        if current == "wait":
            await bot.release.wait()
        scope = interaction.namespace.scope
        return [
            app_commands.Choice(name=f"{scope}:{item}", value=item) for item in COLOURS if current in item
        ]

    return config


def _add_menus(bot: AnsweringBot) -> None:
    @bot.tree.context_menu(name="Describe")
    async def describe(interaction: discord.Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(f"{interaction.user.name} looks at {member.name}")

    @bot.tree.context_menu(name="Quote")
    async def quote(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"“{message.content}”")
