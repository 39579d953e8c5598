"""Every read query, one noun a file.

Each takes the actor and the day it reads on and carries the predicate of what that actor may see. ``…_page`` gives one
page and ``count_…`` the total of the same filter, ``…_by_id`` and ``…_of`` answer for many ids in one statement.
"""
