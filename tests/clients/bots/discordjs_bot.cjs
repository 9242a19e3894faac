// A bot as discord.js's own guide writes it, told where Discord is by two variables.
const { ActionRowBuilder, ButtonBuilder, ButtonStyle, Client, GatewayIntentBits, REST, Routes, SlashCommandBuilder } =
  require("discord.js");

const { SANDBOX_API, SANDBOX_CDN, SANDBOX_TOKEN } = process.env;
const rest = { api: SANDBOX_API.replace(/\/v10$/, ""), cdn: SANDBOX_CDN, version: "10" };
const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent];
const client = new Client({ intents, rest });

const greet = new SlashCommandBuilder()
  .setName("greet")
  .setDescription("Greet somebody.")
  .addStringOption((option) => option.setName("name").setDescription("Whom.").setRequired(true));

client.once("clientReady", async () => {
  const api = new REST(rest).setToken(SANDBOX_TOKEN);
  await api.put(Routes.applicationCommands(client.application.id), { body: [greet.toJSON()] });
});

client.on("messageCreate", async (message) => {
  if (!message.author.bot && message.content === "!ping") await message.channel.send("Pong");
});

client.on("interactionCreate", async (interaction) => {
  if (interaction.isChatInputCommand()) {
    const button = new ButtonBuilder().setCustomId("red").setLabel("Red").setStyle(ButtonStyle.Primary);
    const components = [new ActionRowBuilder().addComponents(button)];
    await interaction.reply({ content: `Hello ${interaction.options.getString("name")}`, components });
  } else if (interaction.isButton()) {
    await interaction.update({ content: "You chose red", components: [] });
  }
});

client.login(SANDBOX_TOKEN);
