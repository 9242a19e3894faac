"""Writes `.env.example` from the registry, so that the two cannot disagree (CORE-206)."""

from collections.abc import Iterator

from guildwright.kernel.config.kinds import TEXT
from guildwright.kernel.config.registry import Registry
from guildwright.kernel.config.variables import Variable

_HEAD = """\
# Every environment variable that Guildwright knows, with its default.
# Copy the lines you need into .env (chmod 600). Real environment variables win over .env, both win over
# config.json. Unset or empty means the default.
"""
_PATTERNS = """\
# Any key of config.json: GUILDWRIGHT_ and the path, with __ for each dot; lists and objects as JSON.
# GUILDWRIGHT_LOGGING__LEVEL=DEBUG

# Keys of the game servers: GUILDWRIGHT_GAMESERVERS_<KEY>
"""


def env_example(registry: Registry) -> str:
    """Return the text of `.env.example`; older names that were replaced are left out."""
    shown = [variable for variable in registry.variables.values() if not variable.replaced]
    return "\n".join([_HEAD, *(line for variable in shown for line in _lines(variable)), _PATTERNS])


def _lines(variable: Variable) -> Iterator[str]:
    facts = variable.description[0].upper() + variable.description[1:]
    if variable.kind is not TEXT:
        facts += f": {variable.kind.expected.removeprefix('expected ')}"
    if variable.required:
        yield f"# {facts}. Required.\n{variable.name}=\n"
    elif variable.default and " " not in variable.default and "<" not in variable.default:
        yield f"# {facts}\n# {variable.name}={variable.default}\n"
    else:
        default = f" (default: {variable.default})" if variable.default else ""
        yield f"# {facts}{default}\n# {variable.name}=\n"
