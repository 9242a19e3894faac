"""Discord, simulated: REST and gateway on loopback, people, faults and a chat page.

`server.Sandbox` is the whole of it; `world.World` is one Discord with its guilds and its bot.
"""
