"""The GraphiQL page: served from the package, with the example queries as its tabs, loading nothing from elsewhere."""

import json
from html import escape
from pathlib import Path
from string import Template

from core.errors import GuantongError

STATIC = Path(__file__).parent / "static"
# A browser reads these inside the script element too.
_HTML_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def example_queries() -> list[str]:
    """The ready-made queries, in the order of their file names."""
    return [path.read_text(encoding="utf-8") for path in sorted((STATIC / "examples").glob("*.graphql"))]


def render_refusal(error: GuantongError, request_id: str) -> str:
    """The page for whoever signs in by a browser and may not."""
    template = Template((STATIC / "refusal.html").read_text(encoding="utf-8"))
    told = {"zh": error.message.zh, "en": error.message.en, "code": error.code.value, "request_id": request_id}
    return template.substitute({name: escape(text) for name, text in told.items()})


def render_page(token: str | None) -> str:
    """The page; ``token`` acts for a visitor who sends none of their own, and is for the demonstration only."""
    configuration = {"endpoint": "/graphql", "token": token, "tabs": example_queries()}
    template = Template((STATIC / "page.html").read_text(encoding="utf-8"))
    return template.substitute(configuration=json.dumps(configuration, ensure_ascii=False).translate(_HTML_ESCAPES))
