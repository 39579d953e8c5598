"""Other people's clients are of the nightly run (``GUANTONG_HYPOTHESIS_PROFILE=nightly``), else not collected.

``GUANTONG_REQUIRE_NODE=1`` asks for them on any day.
"""

import os

from tests.server.conftest import demonstration  # noqa: F401

IS_ASKED_FOR = (
    os.environ.get("GUANTONG_HYPOTHESIS_PROFILE") == "nightly" or os.environ.get("GUANTONG_REQUIRE_NODE") == "1"
)
collect_ignore_glob = [] if IS_ASKED_FOR else ["test_*.py"]
