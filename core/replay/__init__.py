"""Replay (重放): past decisions and scores recomputed from what they rested on, and held against what came out then.

Pure. A snapshot names by digest the person's facts, the scheme, the policy, the vocabulary and the calendar; contents
come from a store that refuses whatever has not its digest. So a replay of today means what it will mean in years.
"""
