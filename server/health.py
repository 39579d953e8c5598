"""Whether the server lives, and whether it should be sent requests."""

import asyncio
import time
from collections.abc import Mapping
from typing import Protocol

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

SECONDS_TO_ANSWER = 2
# Anybody may ask; the database is not asked more often than this for it.
SECONDS_REMEMBERED = 1.0

log = structlog.get_logger("guantong.health")


class Watched(Protocol):
    """Port: what knows the state of the parts (``server.service``)."""

    async def readiness(self) -> Mapping[str, bool]:
        """Each thing that an answer needs, and whether it is there."""


class Health:
    """What probes are told. Draining comes first: a server that is about to stop is not ready, whatever it could do."""

    def __init__(self) -> None:
        self.is_draining = False
        self.stopping = asyncio.Event()
        self._known: Mapping[str, bool] = {}
        self._known_until = 0.0
        self._turn = asyncio.Lock()

    def drain(self) -> None:
        """From now on say that requests should go elsewhere."""
        self.is_draining = True

    def stop(self) -> None:
        """From now on what would go on for ever ends."""
        self.stopping.set()

    async def readiness(self, parts: Watched) -> dict[str, bool]:
        """Every check by name. What cannot be found out in time is not there."""
        async with self._turn:
            if time.monotonic() >= self._known_until:
                self._known = await _checked(parts)
                self._known_until = time.monotonic() + SECONDS_REMEMBERED
        return {"serving": not self.is_draining, **self._known}


async def _checked(parts: Watched) -> Mapping[str, bool]:
    try:
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            return await parts.readiness()
    except Exception:
        log.exception("not ready")
        return {"parts": False}


async def healthz(_request: Request) -> Response:
    """Answers once start-up is done: the server accepts nothing before that."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """200 while requests should come here, 503 while they should not."""
    checks = await request.state.health.readiness(request.state.executor)
    is_ready = all(checks.values())
    told = {
        "status": "ready" if is_ready else "not ready",
        "checks": checks,
        "schemaGeneration": request.state.executor.generation,
    }
    return JSONResponse(told, 200 if is_ready else 503)
