"""The running server: the address it names, the port it cannot have."""

import socket

import pytest

from core.errors import ErrorCode, GuantongError
from server.serving import announce, bind


def test_the_address_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        announce(listener)
    shown = capsys.readouterr().out
    assert f"http://127.0.0.1:{port}/\n" in shown
    assert f"http://127.0.0.1:{port}/graphql\n" in shown


def test_a_taken_port_is_a_coded_error() -> None:
    with bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(GuantongError) as caught:
            bind("127.0.0.1", port)
    assert caught.value.code is ErrorCode.SETTINGS_INVALID
    assert caught.value.message.en == (
        f"cannot listen on 127.0.0.1:{port} (Address already in use); choose another port with PORT"
    )


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_loopback_of_ipv6(capsys: pytest.CaptureFixture[str]) -> None:
    with bind("::1", 0) as listener:
        announce(listener)
        assert f"http://[::1]:{listener.getsockname()[1]}/" in capsys.readouterr().out
