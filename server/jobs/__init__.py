"""Long work: the engine that sees that it is run, and the look-out for jobs that are due or left behind."""
