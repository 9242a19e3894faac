"""Files that are replaced in one step, and read through a cache.

`write` is the mechanism for the program's own files; `handler` is what extensions read and write theirs with.
"""

from guildwright.kernel.files.write import atomic_write_text, remove_leftovers

__all__ = ["atomic_write_text", "remove_leftovers"]
