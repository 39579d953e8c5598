"""Scheme plugins: what an enterprise ships, how it is read, and where recorded schemes are found.

Knows core, never GraphQL or the web. Reads schemes as data; nothing here imports a scheme's code.
"""
