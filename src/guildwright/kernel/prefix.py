"""What a text prefix may look like (CORE-802); the one place that knows the rules."""

import re

LONGEST = 5
RULES = "1–5 characters, no blank at either end, no line break, no backtick, no / in front and no mention"

_MENTION = re.compile(r"<(@[!&]?|#|:)\w*>?|@here")


def broken_rule(prefix: str) -> str | None:
    """Return the sentence of the first rule that the prefix breaks; None for a good one."""
    rules = (
        (not prefix, "A prefix needs at least one character."),
        (len(prefix) > LONGEST, f"A prefix has at most {LONGEST} characters; this one has {len(prefix)}."),
        (any(sign in "\r\n\v\f\x85\u2028\u2029" for sign in prefix), "A prefix has no line break."),
        (prefix != prefix.strip(), "A prefix has no blank at its beginning or end."),
        ("`" in prefix, "A prefix has no backtick."),
        (prefix.startswith("/"), "A prefix does not start with /, which belongs to slash commands."),
        (_MENTION.search(prefix) is not None, "A prefix contains no mention."),
        (not prefix.isprintable(), "A prefix has only characters that can be seen."),
    )
    return next((sentence for broken, sentence in rules if broken), None)
