"""The one PostgreSQL under everything: pools, transactions, migrations, locks, and the private server."""
