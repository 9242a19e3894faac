"""Files of an extension: read through a cache, replaced in one step, one writer at a time.

    from guildwright.api.files import files

    await files.atomic_write_json("data/notes.json", {"hello": "world"})
    notes = await files.atomic_read_json("data/notes.json")

One handler for the whole process, so that all extensions share its locks and its cache.
"""

from guildwright.kernel.files.handler import AtomicFileHandler, global_file_handler

__all__ = ["AtomicFileHandler", "files"]

files = global_file_handler
