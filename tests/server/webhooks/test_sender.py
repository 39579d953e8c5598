"""Sending to a real receiver: signed, tried again, given up, paused, ended, made again, and forgotten."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from core.models import AuditEvent
from core.services import webhooks
from core.storage.row_scope import EVERY_ROW
from core.webhooks import DeliveryError, DeliveryState, WebhookCause, WebhookState
from schema.ids import encode_id
from server.clock import SystemClock
from server.documents import ROOT
from tests import builders as make
from tests.core.calls import events
from tests.server.webhooks.receiver import Got, Receiver, receiver
from tests.server.webhooks.world import World, look, opened

pytestmark = pytest.mark.anyio
__all__ = ["receiver"]
FAILS = (500, {}, b"no")


@pytest.fixture
async def world(database_url: str, tmp_path: Path, receiver: Receiver, anyio_backend: str) -> AsyncIterator[World]:
    async with opened(database_url, tmp_path, f"{receiver.url}/hook", webhook_waits=[10, 100]) as world:
        yield world


def is_signed(got: Got, secret: str) -> bool:
    """Whether the reference library takes it, but for its age: these clocks stand still in the past."""
    hook = Webhook(secret)
    hook._Webhook__verify_timestamp = lambda stamp: make.NOON.fromtimestamp(int(stamp), make.NOON.tzinfo)  # type: ignore[attr-defined]
    try:
        hook.verify(got.body, got.headers)
    except WebhookVerificationError:
        return False
    return True


async def test_what_happened_arrives_signed_and_names_ids_alone(world: World, receiver: Receiver) -> None:
    [id_] = await world.happen()
    sender = world.sender()
    await look(sender)
    [got] = receiver.got
    assert (got.path, got.headers["webhook-id"], got.headers["content-type"]) == ("/hook", id_, "application/json")
    assert got.headers["webhook-timestamp"] == str(int(make.NOON.timestamp()))
    assert json.loads(got.body) == {
        "version": 1,
        "id": id_,
        "type": "results.filed",
        "timestamp": "2026-03-02T04:00:00Z",
        "data": {"enterprise": encode_id("Enterprise", world.enterprise.id)},
    }
    assert is_signed(got, world.secret) and not is_signed(got, "whsec_" + "A" * 43 + "=")
    assert not is_signed(Got(got.path, got.headers, got.body.replace(b"filed", b"field")), world.secret)
    [delivery], [attempt] = await world.deliveries(), await world.attempts()
    assert (delivery.state, delivery.attempts, delivery.holder) == (DeliveryState.DELIVERED, 1, None)
    assert (attempt.number, attempt.status, attempt.error) == (1, 200, None) and attempt.millis is not None
    await sender.close()


async def test_what_fails_is_tried_again_with_the_same_id_and_body_until_it_is_given_up(
    world: World, receiver: Receiver
) -> None:
    receiver.answers = [FAILS, (302, {"location": "/other"}, b""), FAILS]
    [id_] = await world.happen()
    sender = world.sender()
    await look(sender)
    [first] = await world.deliveries()
    assert (first.state, first.error, len(receiver.got)) == (DeliveryState.WAITING, DeliveryError.STATUS, 1)
    assert timedelta(seconds=8) <= first.due_at - make.NOON <= timedelta(seconds=12)
    world.clock.turn(seconds=7)
    await look(sender)
    assert len(receiver.got) == 1, "it waits for its time"
    world.clock.turn(seconds=6)
    await look(sender)
    world.clock.turn(seconds=130)
    await look(sender)
    [last] = await world.deliveries()
    assert (last.state, last.error, last.attempts) == (DeliveryState.FAILED, DeliveryError.STATUS, 3)
    assert receiver.ids == [id_] * 3 and len({one.body for one in receiver.got}) == 1
    assert len({one.headers["webhook-timestamp"] for one in receiver.got}) == 3
    told = [(one.number, one.status, one.error) for one in await world.attempts()]
    assert told == [
        (1, 500, DeliveryError.STATUS),
        (2, 302, DeliveryError.REDIRECTED),
        (3, 500, DeliveryError.STATUS),
    ]
    world.clock.turn(hours=5)
    await look(sender)
    assert len(receiver.got) == 3
    replay = webhooks.Replay(key=uuid4().hex, delivery_id=last.id)
    await world.do(webhooks.replay_delivery, replay)
    await look(sender)
    assert receiver.ids == [id_] * 4 and (await world.deliveries())[1].state is DeliveryState.DELIVERED
    assert (await world.now()).failing_since is None
    await sender.close()


async def test_a_receiver_that_is_gone_ends_its_subscription(world: World, receiver: Receiver) -> None:
    sender = world.sender()
    await world.happen()
    receiver.answers = [(410, {}, b"")]
    await look(sender)
    found = await world.now()
    assert (found.state, found.cause, found.ended_at) == (WebhookState.ENDED, WebhookCause.GONE, make.NOON)
    await world.happen()
    await look(sender)
    assert len(receiver.got) == 1
    told: list[AuditEvent] = await events(world.parts.database)
    assert (told[-1].tag, told[-1].actor_name) == ("city:webhook:end", "platform")
    await sender.close()


async def test_what_fails_for_long_is_paused_and_says_why_and_what_waits_is_told_later(
    world: World, receiver: Receiver
) -> None:
    sender = world.sender()
    receiver.answers = [FAILS] * 2
    first = await world.happen()
    await look(sender)
    assert (await world.now()).failing_since == make.NOON
    world.clock.turn(hours=25)
    await look(sender)
    found = await world.now()
    assert (found.state, found.cause) == (WebhookState.PAUSED, WebhookCause.FAILING)
    assert found.reason == "长时间投递失败 / nothing reached it for long"
    second = await world.happen()
    world.clock.turn(hours=2)
    await look(sender)
    assert receiver.ids == first * 2
    await world.do(webhooks.resume_subscription, await world.seen())
    await look(sender)
    assert sorted(receiver.ids[2:]) == sorted(first + second)
    assert (await world.now()).failing_since is None
    await sender.close()


async def test_while_a_secret_is_rotated_both_verify_and_afterwards_the_new_alone(
    world: World, receiver: Receiver
) -> None:
    sender = world.sender()
    turned = await world.do(webhooks.rotate_secret, await world.seen())
    await world.happen()
    await look(sender)
    assert receiver.got[0].headers["webhook-signature"].count("v1,") == 2
    assert is_signed(receiver.got[0], world.secret) and is_signed(receiver.got[0], turned.secret)
    world.clock.turn(hours=24)
    await world.happen()
    await look(sender)
    assert is_signed(receiver.got[1], turned.secret) and not is_signed(receiver.got[1], world.secret)
    await sender.close()


async def test_what_nobody_confirmed_is_free_again_when_its_lease_is_over(world: World, receiver: Receiver) -> None:
    [id_] = await world.happen()
    lost, other = world.sender(), world.sender()
    await lost.look()
    await lost.idle()  # it got there, and then the process ended
    await look(other)
    assert receiver.ids == [id_]
    world.clock.turn(seconds=31)
    await look(other)
    assert receiver.ids == [id_] * 2
    assert [one.millis is None for one in await world.attempts()] == [True, False]
    await lost.look()  # it was not dead after all: its word comes too late to change anything
    [delivery] = await world.deliveries()
    assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, 2)
    await lost.close()
    await other.close()


async def test_what_is_too_old_is_given_up_and_the_log_is_forgotten_after_a_while(
    world: World, receiver: Receiver
) -> None:
    sender = world.sender()
    await world.do(webhooks.pause_subscription, await world.seen())
    await world.happen()
    await look(sender)
    world.clock.turn(hours=97)
    await look(sender)
    [delivery] = await world.deliveries()
    assert (delivery.state, delivery.error) == (DeliveryState.FAILED, DeliveryError.TOO_OLD)
    world.clock.turn(days=91)
    await look(sender)
    assert (await world.deliveries(), await world.attempts()) == ([], [])
    async with world.parts.database.read(EVERY_ROW) as session:
        assert (await session.get(type(await world.now()), world.subscription.id)) is not None
    await sender.close()


async def test_one_that_takes_its_time_leaves_room_for_others(world: World, receiver: Receiver) -> None:
    sender = world.sender()
    await world.happen(30)
    await sender.look()
    await sender.idle()
    assert len(receiver.got) <= 16
    for _ in range(6):
        await look(sender)
    assert [one.error for one in await world.deliveries()] == [None] * 30
    assert len(set(receiver.ids)) == len(receiver.ids) == 30
    await sender.close()


async def test_the_receiver_that_the_readme_shows_takes_what_is_sent(world: World, receiver: Receiver) -> None:
    [shown] = re.findall(r"```python receiver\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    world.clock.moment = SystemClock().now()
    [id_] = await world.happen()
    sender = world.sender()
    await look(sender)
    await sender.close()
    [got] = receiver.got
    asked: list[tuple[str, dict[str, str]]] = []
    seen: set[str] = set()
    names = {"SECRET": world.secret, "body": got.body, "headers": got.headers, "seen": seen}
    for _ in range(2):
        exec(shown, names | {"ask_the_graph_about": lambda *about: asked.append(about)})
    assert asked == [("results.filed", {"enterprise": encode_id("Enterprise", world.enterprise.id)})]
    assert seen == {id_}
    with pytest.raises(WebhookVerificationError):
        exec(shown, names | {"body": got.body + b" "})
