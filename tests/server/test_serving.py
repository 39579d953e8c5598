"""The running server: the address it names, the port it cannot have."""

import pytest

from core.errors import ErrorCode, GuantongError
from server.serving import address, announce, bind


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


def test_addresses() -> None:
    assert address("127.0.0.1", 8000) == "http://127.0.0.1:8000"
    assert address("::1", 8000) == "http://[::1]:8000"
