"""What can be done: one function per use case, with permission, rule, storage and audit event, or nothing at all."""
