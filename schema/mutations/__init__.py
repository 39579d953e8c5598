"""What can be changed, one subject a file: each field calls one use case, and gives its refusal as data."""
