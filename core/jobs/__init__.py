"""Long work: its kinds and phases, and the port to whatever runs it. Pure: nothing is read from storage."""
