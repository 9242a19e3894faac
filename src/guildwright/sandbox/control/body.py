"""The shape that every JSON body of the control API has; light, because the testing kit builds bodies too."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from guildwright.kernel import limits

SNOWFLAKE = rf"^[0-9]{{1,{limits.ID_DIGITS_MAXIMUM}}}$"

Snowflake = Annotated[str, StringConstraints(pattern=SNOWFLAKE)]


class Body(BaseModel):
    """A JSON body; unknown fields are errors."""

    model_config = ConfigDict(strict=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def refuse_what_json_cannot_carry(cls, data: Any) -> Any:
        """Refuse halves of characters and numbers beyond 64 bits: Python reads them, nobody else does."""
        try:
            orjson.dumps(data)
        except TypeError as error:
            raise ValueError(f"not valid JSON: {error}") from error
        return data
