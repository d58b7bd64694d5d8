"""Work in the background: typed jobs on the one PostgreSQL, claimed by workers through PgQueuer."""
