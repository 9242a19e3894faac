"""`SHARD_COUNT` and `SHARD_IDS`: which shards this process runs (CLUS-06, CLUS-07)."""

from guildwright.kernel.config.kinds import KindError


def parse_shard_count(text: str) -> int | None:
    """Return the fixed number of shards; None for `auto` and for nothing. Raises KindError."""
    wanted = text.strip().lower()
    if wanted in {"", "auto"}:
        return None
    if not _is_whole(wanted) or int(wanted) < 1:
        raise KindError("expected auto or a whole number of at least 1", "", text)
    return int(wanted)


def parse_shard_ids(text: str, shard_count: int | None) -> tuple[int, ...]:
    """Return the selected shards in order; nothing means all. Raises KindError quoting the bad item."""
    if not text.strip():
        return ()
    if shard_count is None:
        raise KindError("needs a fixed SHARD_COUNT beside it, not auto", "", text)
    selected: list[int] = []
    for item in (part.strip() for part in text.split(",")):
        for shard_id in _shards_of(item):
            if shard_id in selected:
                raise KindError(f"shard {shard_id} is named twice (in {item!r})", "", text)
            if shard_id >= shard_count:
                raise KindError(f"shard {shard_id} does not exist: SHARD_COUNT={shard_count}", "", text)
            selected.append(shard_id)
    return tuple(sorted(selected))


def _shards_of(item: str) -> range:
    first, dash, last = (part.strip() for part in item.partition("-"))
    if not _is_whole(first) or (dash and not _is_whole(last)):
        raise KindError(f"{item!r} is neither a shard number nor a range such as 0-3", "", item)
    if dash and int(last) < int(first):
        raise KindError(f"the range {item!r} runs backwards", "", item)
    return range(int(first), int(last or first) + 1)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
