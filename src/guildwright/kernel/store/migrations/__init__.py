"""Alembic's migrations of the framework's tables; the program runs them at start."""
