"""What a simulated person can do, and what a real client would not let the person do.

Every action checks as Discord's client and server would, then changes the world in one step; a
refusal is a `RefusedError` with a code and a sentence. Nothing here knows about HTTP.
"""
