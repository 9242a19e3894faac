"""Names that nothing in this repository calls by name, each with the reason why it is alive."""

# ruff: noqa: B018, F821 - vulture reads this file, nobody runs it
# pyright: basic, reportUndefinedVariable=false

# discord.py calls or reads them on our subclasses and on its own objects
_.get_prefix
_.before_identify_hook
_.interaction_check
_.setup_hook
_.cooldown_after_parsing
_.guild_ready_timeout
_.warn_nacl
_.warn_dave
_._buckets
_._cs_response
_._cs_followup
_._chunk_guilds
_._max
_.convert
_.from_custom_id
_.before_tick

# read by name: `getattr(theme, tone)`
_.credits

# typer shows the values of the enumeration
_.OFF
_.ENFORCE

# the shape of an error record (D6), filled by the journal and shown by later readers
_.first_seen
_.last_seen
_.cluster
_.reported_at

# the standard library's logging calls or reads them
_.enqueue
_.handleError
_.maxBytes
_.backupCount

# Alembic and SQLAlchemy read them by name
_.down_revision
_.branch_labels
_.depends_on
_.type_annotation_map
_.created_at
_.synced_at

# pydantic models of what goes over the wire
_.token_hint
_.data_base64
_.stage_instances

# simcord, starlette and uvicorn call or read them
_.webhook_tokens
_.fp
_.spool_max_size
_.max_part_size
_.capture_signals
_.should_exit
_.store_sticker

# op 0 completes the table of opcodes
_.DISPATCH

# what authors of tests may use and our own tests do not
_.edited_at
_.deletes
_.unreacts
_.topic
_.can
_.bot_name

# states that extensions may ask for
_.limited_intents

# a member of an enumeration in a test of choices
_.blue

# the shapes of a lock (D5) and of the audit log (W2), read by name
_.last_operation
_.last_used
_.actor_user_id
_.target_type
_.request_id
_.prev_hash
_.added_by
_.added_at
