"""How the bot's answers look: colours and signs in one object.

Who wants another look gives the bot's `replies` another `Theme`; nothing else names a colour.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of everything the bot says, as Discord writes them (0xRRGGBB)."""

    success: int = 0x00FF00
    error: int = 0xFF0000
    warning: int = 0xFFFF00
    info: int = 0x5865F2
    menu: int = 0x2B2D31
    credits: int = 0xFFD700
    partial: int = 0xFF9900
