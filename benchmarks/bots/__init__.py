"""What is compared: a minimal discord.py bot, and the extension that gives ours the same commands."""
