"""Generated examples are the same on every run; ``GUANTONG_HYPOTHESIS_PROFILE=nightly`` tries many more, new ones."""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True, max_examples=40, deadline=None, database=None)
settings.register_profile("nightly", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("GUANTONG_HYPOTHESIS_PROFILE", "ci"))
