"""Eligibility: what a person may apply for now, from which date, or what is missing, with the clause for each."""
