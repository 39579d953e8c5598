"""Imports: what the rows of each kind of file lead to."""
