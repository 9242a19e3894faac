"""The gateway of a world: its sockets, sessions, and what each session gets to see."""
