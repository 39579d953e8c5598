"""Where the server gives a file of a job by itself, and what its bytes cost, by either way. Imports nothing slow."""

from typing import Final

FILE_PATH: Final = "/jobs/{job}/files/{role}"
CONTENT_WEIGHT: Final = 500
