"""What the commands do, apart from how they are called."""

import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from server.settings import Settings


async def migrate_database(settings: Settings) -> None:
    raise NotImplementedError
