"""What the operator decides: variables, `config.json`, and the directory they stand in."""

from guildwright.kernel.config.config import MISSING, Config
from guildwright.kernel.config.environment import Environment
from guildwright.kernel.config.instance import Instance, load_instance

__all__ = ["MISSING", "Config", "Environment", "Instance", "load_instance"]
