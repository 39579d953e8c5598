"""The example clients are generated and run at night, as other people's are; their documents are read every day."""

from tests.clients.conftest import IS_ASKED_FOR
from tests.server.conftest import demonstration  # noqa: F401

collect_ignore_glob = [] if IS_ASKED_FOR else ["test_clients.py"]
