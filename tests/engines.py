"""Engines of a test process compile a statement once for all of them.

A server keeps one engine for as long as it runs. Nearly every test makes one of its own, and would compile the same
statements, and ask PostgreSQL for its version, thousands of times: a quarter of what such a test takes.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import LRUCache

from core.storage import engine as engines

# By driver: what is compiled is compiled for a dialect, so engines share that too, once one of them has connected.
_DIALECTS: dict[str, Dialect] = {}
_COMPILED: LRUCache[Any, Any] = LRUCache(4_000)


def begin_to_share() -> None:
    """From here on every engine of the product shares what was compiled before."""
    engines.create_async_engine = _sharing(engines.create_async_engine)  # type: ignore[assignment]


def _sharing(create: Callable[..., AsyncEngine]) -> Callable[..., AsyncEngine]:
    @wraps(create)
    def created(*args: Any, **kwargs: Any) -> AsyncEngine:
        engine = create(*args, **kwargs)
        _share(engine)
        return engine

    return created


def _share(engine: AsyncEngine) -> None:
    sync, own = engine.sync_engine, engine.sync_engine.dialect
    sync._compiled_cache = _COMPILED
    known = _DIALECTS.get(own.driver)
    if known is not None:
        sync.dialect = known
        own.initialize = _has_been_asked  # type: ignore[method-assign]
        return

    @event.listens_for(sync, "first_connect")
    def _connected(_connection: Any, _record: Any) -> None:
        _DIALECTS.setdefault(own.driver, own)


def _has_been_asked(_connection: Any) -> None:
    """The version and the abilities of the server are those that the first engine found."""
