"""The session's cookie as a browser is given it."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.responses import Response

from server.cookies import SessionCookie

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


def given(cookie: SessionCookie, ends: datetime) -> set[str]:
    response = Response()
    cookie.put(response, "id", NOW, ends)
    return set(response.headers["set-cookie"].split("; "))


def test_production_gives_it_to_this_host_over_tls_only() -> None:
    assert given(SessionCookie(is_secure=True), NOW + timedelta(hours=1)) == {
        "__Host-guantong_session=id",
        "HttpOnly",
        "Max-Age=3600",
        "Path=/",
        "SameSite=lax",
        "Secure",
    }


def test_the_demonstration_has_no_tls() -> None:
    assert given(SessionCookie(is_secure=False), NOW + timedelta(hours=1)) == {
        "guantong_session=id",
        "HttpOnly",
        "Max-Age=3600",
        "Path=/",
        "SameSite=lax",
    }


@pytest.mark.parametrize("ends", [NOW, NOW - timedelta(days=1)])
def test_a_session_that_is_over_is_forgotten(ends: datetime) -> None:
    assert "Max-Age=0" in given(SessionCookie(is_secure=True), ends)


def test_it_is_taken_back_by_the_same_name() -> None:
    response = Response()
    SessionCookie(is_secure=True).take_back(response)
    assert response.headers["set-cookie"].startswith('__Host-guantong_session=""; HttpOnly; Max-Age=0; Path=/')
