"""Where the tables live: engines, transactions, migrations and every query."""
