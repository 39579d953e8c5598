"""The demonstration: example enterprises and invented people, put in by the real services."""
