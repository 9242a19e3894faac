"""Worlds as files: their form, reading one, making the world of it, and writing down the one there is."""
