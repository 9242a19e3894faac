"""The REST side of the simulated Discord: API v10, its CDN, its limits.

Permissions, hierarchy and state are simcord's; what stands here is the wire: authentication,
bodies, error shapes, the routes a bot needs at login, and what Discord checks beyond simcord.
"""
