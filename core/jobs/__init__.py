"""Long work: its kinds and phases. Pure: nothing is read from storage."""
