"""Telling other systems: what may be called, how it is called and signed, and the sender that does it."""
