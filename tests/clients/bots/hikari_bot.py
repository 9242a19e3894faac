"""A bot as hikari's own guide writes it, told where Discord is by two variables."""

import os

import hikari

bot = hikari.GatewayBot(
    os.environ["SANDBOX_TOKEN"], intents=hikari.Intents.ALL, rest_url=os.environ["SANDBOX_API"]
)


@bot.listen()
async def register(_: hikari.StartedEvent) -> None:
    application = await bot.rest.fetch_application()
    greet = bot.rest.slash_command_builder("greet", "Greet somebody.")
    greet.add_option(hikari.CommandOption(type=3, name="name", description="Whom.", is_required=True))
    await bot.rest.set_application_commands(application.id, [greet])


@bot.listen()
async def ping(event: hikari.GuildMessageCreateEvent) -> None:
    if event.is_human and event.content == "!ping":
        await event.message.respond("Pong")


@bot.listen()
async def interact(event: hikari.InteractionCreateEvent) -> None:
    interaction = event.interaction
    if isinstance(interaction, hikari.CommandInteraction):
        row = bot.rest.build_message_action_row()
        row.add_interactive_button(hikari.ButtonStyle.PRIMARY, "red", label="Red")
        text = f"Hello {interaction.options[0].value}"
        await interaction.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, text, component=row)
    elif isinstance(interaction, hikari.ComponentInteraction):
        await interaction.create_initial_response(
            hikari.ResponseType.MESSAGE_UPDATE, "You chose red", components=[]
        )


bot.run(check_for_updates=False)
