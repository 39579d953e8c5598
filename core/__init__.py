"""The domain: ladders, policy, people, credentials, eligibility, storage, services.

Knows nothing of pluggy, GraphQL or the web; see ``core/README.md`` for the nouns.
"""
