"""The chat page: static files, and Discord's markdown as the tree that the page draws."""
