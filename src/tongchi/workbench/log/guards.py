"""What keeps the application itself from changing the log? Triggers in the database, put by a migration.

Entries and checkpoints cannot be changed or taken out, and an entry must follow the last one of its workspace: a fork or a second
beginning is refused before it is written. On SQLite an INSERT OR REPLACE would take rows out without firing a delete trigger;
the rule of succession refuses it too.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("workbench_logentry", "workbench_checkpoint")
REFUSED = "the log is append-only"
ASTRAY = "the entry does not follow the last one"
FOLLOWS = """
    (NEW.sequence = 1 OR EXISTS (SELECT 1 FROM workbench_logentry AS earlier
      WHERE earlier.workspace_id = NEW.workspace_id AND earlier.sequence = NEW.sequence - 1 AND earlier.hash = NEW.previous))
    AND NOT EXISTS (SELECT 1 FROM workbench_logentry AS later
      WHERE later.workspace_id = NEW.workspace_id AND later.sequence >= NEW.sequence)
"""


def put(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers; those that stand are put anew."""
    lift(connection)
    _run(connection, _sqlite() if connection.vendor == "sqlite" else _postgresql())


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for the way back of the migration, and for tests that tamper."""
    if connection.vendor == "sqlite":
        names = [f"{table}_no_{act}" for table in TABLES for act in ("update", "delete", "replace")]
        _run(connection, [f"DROP TRIGGER IF EXISTS {name}" for name in [*names, "workbench_logentry_follows"]])
        return
    dropped = [f"DROP TRIGGER IF EXISTS {table}_{act} ON {table}" for table in TABLES for act in ("fixed", "kept")]
    dropped.append("DROP TRIGGER IF EXISTS workbench_logentry_follows ON workbench_logentry")
    dropped += [f"DROP FUNCTION IF EXISTS {name}()" for name in ("workbench_log_refuse", "workbench_log_follow")]
    _run(connection, dropped)


def _sqlite() -> list[str]:
    made = []
    for table in TABLES:
        for act in ("update", "delete"):
            made.append(
                f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        made.append(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
    made.append(
        f"CREATE TRIGGER workbench_logentry_follows BEFORE INSERT ON workbench_logentry WHEN NOT ({FOLLOWS}) "
        f"BEGIN SELECT RAISE(ABORT, '{ASTRAY}'); END"
    )
    return made


def _postgresql() -> list[str]:
    made = [
        f"""CREATE FUNCTION workbench_log_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        # The plan is made once per connection, perhaps while the log is short: it must be the index all the same.
        f"""CREATE FUNCTION workbench_log_follow() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS
        $$ DECLARE last RECORD; BEGIN
        SELECT sequence, hash INTO last FROM workbench_logentry WHERE workspace_id = NEW.workspace_id ORDER BY sequence DESC LIMIT 1;
        IF NOT ((last.sequence IS NULL AND NEW.sequence = 1) OR
                COALESCE(NEW.sequence = last.sequence + 1 AND NEW.previous = last.hash, false)) THEN
        RAISE EXCEPTION '{ASTRAY}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$""",
        """CREATE TRIGGER workbench_logentry_follows BEFORE INSERT ON workbench_logentry
        FOR EACH ROW EXECUTE FUNCTION workbench_log_follow()""",
    ]
    for table in TABLES:
        made.append(
            f"CREATE TRIGGER {table}_fixed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION workbench_log_refuse()"
        )
        made.append(
            f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION workbench_log_refuse()"
        )
    return made


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
