"""Brings the schema of a database to this program's version (CORE-1702).

An empty database gets the tables as they are now, an older one is migrated. Alembic is imported only for the
latter: it would cost a tenth of a second at every start. A test keeps tables and migrations equal.
"""

import logging
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, text

from guildwright.kernel.errors import SchemaError
from guildwright.kernel.store.tables import Base

if TYPE_CHECKING:
    from alembic.config import Config

logger = logging.getLogger("guildwright.store")

HEAD = "0003"
_VERSION_TABLE = "alembic_version"
_MIGRATIONS = Path(__file__).with_name("migrations")


def current_revision(connection: Connection) -> str | None:
    """Return the schema's revision; None for a database without one."""
    if not inspect(connection).has_table(_VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {_VERSION_TABLE}")).scalar()  # noqa: S608 - a constant


def bring_up_to_date(connection: Connection, database_file: Path | None) -> None:
    """Upgrade the schema, after a backup when the database is an older one that holds data.

    Raises SchemaError when the database was written by a newer version of the program.
    """
    revision = current_revision(connection)
    if revision == HEAD:
        return
    if revision is None:
        _create(connection)
        logger.info("A new, empty database was made%s.", f": {database_file}" if database_file else "")
        return
    from alembic import command  # noqa: PLC0415 - see the module's text

    settings = alembic_config(connection)
    _refuse_unknown(settings, revision)
    if database_file is not None:
        logger.info("The database is upgraded; a copy is kept in %s.", back_up(database_file).name)
    command.upgrade(settings, "head")


def alembic_config(connection: Connection) -> "Config":
    """Return Alembic's settings for this connection."""
    from alembic.config import Config  # noqa: PLC0415 - see the module's text

    settings = Config()
    settings.set_main_option("script_location", str(_MIGRATIONS))
    settings.attributes["connection"] = connection
    return settings


def back_up(database_file: Path) -> Path:
    """Copy the database beside itself, consistently, and return the copy."""
    stamp = datetime.now().astimezone().strftime("%Y%m%d_%H%M%S")
    copy = database_file.with_name(f"{database_file.name}.backup_{stamp}")
    with closing(sqlite3.connect(database_file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _create(connection: Connection) -> None:
    """Make every table and note the revision where Alembic looks for it; tables that exist are an error."""
    Base.metadata.create_all(connection, checkfirst=False)
    versions = Table(
        _VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True, nullable=False)
    )
    versions.create(connection)
    connection.execute(versions.insert().values(version_num=HEAD))


def _refuse_unknown(settings: "Config", revision: str) -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see the module's text
    from alembic.util.exc import CommandError  # noqa: PLC0415 - see the module's text

    try:
        ScriptDirectory.from_config(settings).get_revision(revision)
    except CommandError as error:
        raise SchemaError(
            f"The database has schema {revision}, which this version does not know (it knows up to {HEAD}).",
            hint="Start the newer version of Guildwright again, or restore the copy made before the upgrade.",
            revision=revision,
        ) from error
