"""Scheme of a pilot enterprise. Everything is in scheme.toml, the catalog and tests/cases.toml; no code is needed."""
