"""Where a subscription may lead: whatever it is written like, never inside."""

import socket
from ipaddress import ip_address

import pytest

from core.webhooks import DeliveryError
from server.webhooks.guard import AddressRefused, Guard, NameUnknown, is_public, resolve
from server.webhooks.posting import Poster
from tests.server.webhooks.receiver import Receiver, receiver

pytestmark = pytest.mark.anyio
__all__ = ["receiver"]


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",  # CGNAT
        "100.100.100.200",  # a cloud's metadata
        "127.0.0.1",
        "127.8.8.8",
        "168.63.129.16",  # a cloud speaking to its guests
        "169.254.169.254",  # metadata
        "172.16.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.168.1.1",
        "192.88.99.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd00:ec2::254",  # metadata
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_is_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2400:3200::1", "2606:4700:4700::1111"])
def test_what_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]"]
)
async def test_other_ways_to_write_this_machine_lead_to_it_and_are_refused(host: str, receiver: Receiver) -> None:
    poster = Poster(Guard(), 5, 1)
    try:
        result = await poster.post(f"https://{host}:{receiver.port}/", b"{}", {})
    finally:
        await poster.close()
    # A system that does not read such a number finds no such name.
    assert result.error in (DeliveryError.ADDRESS_REFUSED, DeliveryError.NAME_UNKNOWN)
    assert receiver.connections == 0


async def test_one_address_inside_among_others_is_one_too_many() -> None:
    async def says(_host: str, _port: int) -> list[str]:
        return ["8.8.8.8", "10.0.0.1"]

    with pytest.raises(AddressRefused):
        await Guard(resolve=says).addresses("hooks.example", 443)


async def test_a_name_that_says_another_thing_the_second_time_is_asked_once(receiver: Receiver) -> None:
    asked: list[str] = []

    async def rebinds(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["192.0.2.7"] if len(asked) > 1 else ["127.0.0.1"]

    # The operator lets this host be inside, so the first answer is one that may be called.
    poster = Poster(Guard(frozenset({"hooks.example"}), may_be_loopback=True, resolve=rebinds), 5, 1)
    try:
        result = await poster.post(f"https://hooks.example:{receiver.port}/", b"{}", {})
    finally:
        await poster.close()
    # It speaks no TLS: what matters is that the address which was looked at is the one that was connected to.
    assert (result.error, asked, receiver.connections) == (DeliveryError.NOT_CONNECTED, ["hooks.example"], 1)


async def test_a_name_that_turns_inside_is_refused_when_it_is_called(receiver: Receiver) -> None:
    async def inside(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    poster = Poster(Guard(resolve=inside, may_be_loopback=True), 5, 1)
    try:
        result = await poster.post(f"https://hooks.example:{receiver.port}/", b"{}", {})
    finally:
        await poster.close()
    assert (result.error, receiver.connections) == (DeliveryError.ADDRESS_REFUSED, 0)


async def test_the_operator_opens_hosts_by_name_and_port_but_never_those_of_one_machine() -> None:
    answers = {
        "inside.example": ["10.0.0.5"],
        "metadata.example": ["169.254.169.254"],
        "mapped.example": ["::ffff:10.0.0.5"],
    }

    async def says(host: str, _port: int) -> list[str]:
        return answers[host]

    guard = Guard(frozenset({"inside.example:8443", "metadata.example", "mapped.example"}), resolve=says)
    assert await guard.addresses("inside.example", 8443) == ["10.0.0.5"]
    for host, port in (("inside.example", 443), ("metadata.example", 443), ("mapped.example", 443)):
        with pytest.raises(AddressRefused):
            await guard.addresses(host, port)


async def test_in_production_this_machine_is_not_told(receiver: Receiver) -> None:
    poster = Poster(Guard(), 5, 1)
    try:
        for host in ("127.0.0.1", "localhost"):
            result = await poster.post(f"http://{host}:{receiver.port}/", b"{}", {})
            assert result.error is DeliveryError.ADDRESS_REFUSED
    finally:
        await poster.close()
    assert receiver.connections == 0


async def test_no_proxy_of_the_environment_is_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    poster = Poster(Guard(may_be_loopback=True), 30, 1)
    try:
        result = await poster.post(f"{receiver.url}/", b"{}", {})
    finally:
        await poster.close()
    assert (result.error, result.status) == (None, 200)


async def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.answers = [(307, {"location": f"{receiver.url}/secret"}, b"")]
    poster = Poster(Guard(may_be_loopback=True), 30, 1)
    try:
        result = await poster.post(f"{receiver.url}/first", b"{}", {})
    finally:
        await poster.close()
    assert (result.error, result.status) == (DeliveryError.REDIRECTED, 307)
    assert [one.path for one in receiver.got] == ["/first"]


async def test_an_answer_without_end_is_left_and_one_that_never_comes_is_given_up(receiver: Receiver) -> None:
    poster = Poster(Guard(may_be_loopback=True), 30, 1)
    receiver.answers = [(200, {}, b"x" * 50_000_000)]
    try:
        assert (await poster.post(f"{receiver.url}/", b"{}", {})).status == 200
    finally:
        await poster.close()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        poster = Poster(Guard(may_be_loopback=True), 0.2, 1)
        try:
            result = await poster.post(f"http://127.0.0.1:{silent.getsockname()[1]}/", b"{}", {})
        finally:
            await poster.close()
    assert result.error is DeliveryError.TIMED_OUT


async def test_a_name_of_nothing_is_said_to_be_one() -> None:
    with pytest.raises(NameUnknown):
        await resolve("nothing.invalid", 443)
