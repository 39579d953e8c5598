"""Lists that leave the system: their columns with where each is prescribed, and files that no office program runs."""
