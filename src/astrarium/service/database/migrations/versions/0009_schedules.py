"""The tables of schedules."""

from alembic import op

from astrarium.service.database.row_security import keepers_only

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE schedules ("
        " name text CONSTRAINT pk_schedules PRIMARY KEY,"
        " kind text NOT NULL,"
        " about text NOT NULL,"
        " declared_expression text NOT NULL,"
        " chosen_expression text,"
        " catch_up text NOT NULL CONSTRAINT ck_schedules_catch_up CHECK (catch_up IN ('skip', 'each')),"
        " most_missed integer NOT NULL,"
        " created_at timestamptz NOT NULL DEFAULT now(),"
        " settled_at timestamptz NOT NULL,"
        " next_at timestamptz NOT NULL,"
        " paused_at timestamptz,"
        " retired_at timestamptz,"
        " CONSTRAINT ck_schedules_next_at CHECK (next_at > settled_at))"
    )
    keepers_only(op.execute, "schedules")
    op.execute(
        "CREATE TABLE schedule_runs ("
        " id uuid CONSTRAINT pk_schedule_runs PRIMARY KEY,"
        " schedule text NOT NULL"
        "  CONSTRAINT fk_schedule_runs_schedule REFERENCES schedules (name) ON DELETE CASCADE,"
        " tick timestamptz,"
        " job_id uuid NOT NULL,"
        " created_at timestamptz NOT NULL DEFAULT now(),"
        " CONSTRAINT uq_schedule_runs_schedule_tick UNIQUE (schedule, tick))"
    )
    keepers_only(op.execute, "schedule_runs")
    op.execute("CREATE INDEX ix_schedule_runs_schedule_id ON schedule_runs (schedule, id)")
    op.execute("CREATE INDEX ix_schedule_runs_created_at ON schedule_runs (created_at)")
    _tell_of_changed_schedules()


def downgrade() -> None:
    op.execute("DROP TABLE schedule_runs")
    op.execute("DROP TABLE schedules")
    op.execute("DROP FUNCTION tell_of_changed_schedules")


def _tell_of_changed_schedules() -> None:
    """Whoever waits for the next tick hears that another one may be the next, whoever changed it; ticking is silent."""
    op.execute(
        "CREATE FUNCTION tell_of_changed_schedules() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " PERFORM pg_notify('astrarium_schedules', NEW.name); RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER schedules_changed AFTER INSERT OR UPDATE OF declared_expression, chosen_expression, paused_at"
        " ON schedules FOR EACH ROW EXECUTE FUNCTION tell_of_changed_schedules()"
    )
