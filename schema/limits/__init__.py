"""How much one operation may ask: what its fields cost, what a document amounts to, what a role is allowed."""
