"""Telling other systems: who subscribes to what, its secrets, and that what is told is what was done."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.audit import Deed, Tag
from core.errors import ErrorCode, GuantongError
from core.models import (
    Enterprise,
    WebhookAttempt,
    WebhookDelivery,
    WebhookOutbox,
    WebhookSubscription,
)
from core.permissions import ANONYMOUS, Actor, Role
from core.services import webhooks
from core.services.pilot import NewListing, list_pilot
from core.services.webhook_deliveries import spread
from core.services.webhook_outbox import _ABOUT, EVENT_OF, names_of
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW, RowScope
from core.webhooks import DeliveryState, WebhookEvent, WebhookState, checked_url
from tests import builders as make
from tests.conftest import ON_POSTGRES
from tests.core.calls import OFFICER, REASON, admin_of, call, done, events, refused, said, store
from tests.core.round_world import key
from tests.schema.webhook_rows import webhook_rows

pytestmark = pytest.mark.anyio
URL = "https://hooks.example/guantong"
TABLES: tuple[Any, ...] = (WebhookSubscription, WebhookOutbox, WebhookDelivery, WebhookAttempt)


def new(**given: Any) -> webhooks.NewSubscription:
    return webhooks.NewSubscription(
        **{"key": key(), "url": URL, "description": "示例系统", "events": tuple(WebhookEvent)} | given
    )


def seen(row: WebhookSubscription, **given: Any) -> webhooks.SeenSubscription:
    return webhooks.SeenSubscription(**{"key": key(), "subscription_id": row.id, "revision": row.revision} | given)


@pytest.fixture
async def owner(database: Database) -> Enterprise:
    row = make.enterprise()
    await store(database, row)
    return row


async def test_a_secret_is_shown_once_and_kept_sealed(database: Database) -> None:
    given = new()
    made = await done(database, webhooks.create_subscription, given)
    assert made.secret is not None and made.secret.startswith("whsec_") and made.secret not in repr(made)
    again = await done(database, webhooks.create_subscription, given)
    assert (again.subscription.id, again.secret) == (made.subscription.id, None)
    assert made.secret.encode() not in made.subscription.secret_data
    rotation = seen(made.subscription)
    turned = await done(database, webhooks.rotate_secret, rotation)
    assert turned.secret not in (None, made.secret)
    assert turned.subscription.old_secret_until == make.NOON + webhooks.OVERLAP
    assert turned.subscription.old_secret_data == made.subscription.secret_data
    assert (await done(database, webhooks.rotate_secret, rotation)).secret is None
    told = "".join(event.body for event in await events(database))
    assert made.secret not in told and turned.secret not in told


async def test_it_is_paused_resumed_and_ended_as_it_was_read(database: Database, owner: Enterprise) -> None:
    admin = admin_of(owner)
    row = (await done(database, webhooks.create_subscription, new(), actor=admin)).subscription
    assert row.enterprise_id == owner.id
    stale = await refused(database, webhooks.pause_subscription, seen(row, revision=7), actor=admin)
    assert stale.code is ErrorCode.OUT_OF_DATE
    row = await done(database, webhooks.pause_subscription, seen(row), actor=admin)
    twice = await refused(database, webhooks.pause_subscription, seen(row), actor=admin)
    assert said(twice) == (
        ErrorCode.STEP_REFUSED,
        "该订阅已暂停，事件保留待发，不能如此办理",
        "the subscription is told of nothing for now; what happens waits for it, so this cannot be done",
    )
    row = await done(database, webhooks.resume_subscription, seen(row), actor=admin)
    assert (row.state, row.cause) == (WebhookState.ACTIVE, None)
    row = await done(database, webhooks.end_subscription, seen(row), actor=admin)
    assert (row.state, row.ended_at) == (WebhookState.ENDED, make.NOON)
    assert (await refused(database, webhooks.rotate_secret, seen(row), actor=admin)).code is ErrorCode.STEP_REFUSED
    tags = [event.tag for event in await events(database)]
    assert tags == [f"enterprise:webhook:{act}" for act in ("create", "pause", "resume", "end")]


async def test_nobody_keeps_what_is_another_s(database: Database, owner: Enterprise) -> None:
    other = make.enterprise()
    await store(database, other)
    row = (await done(database, webhooks.create_subscription, new(), actor=admin_of(owner))).subscription
    for actor in (admin_of(other), OFFICER):
        error = await refused(database, webhooks.end_subscription, seen(row), actor=actor)
        assert error.code is ErrorCode.NOT_FOUND, actor
    for actor in (ANONYMOUS, Actor.of(Role.BUREAU_AUDITOR, "示例审计")):
        error = await refused(database, webhooks.create_subscription, new(), actor=actor)
        assert error.code is ErrorCode.NOT_PERMITTED, actor


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "http://127.0.0.1/",
        "ftp://hooks.example/",
        "hooks.example",
        "https://",
        "https://name:word@hooks.example/",
        "https://name@hooks.example/",
        "https://hooks.example:22/",
        "https://hooks.example:0/",
        "https://hooks.example:99999/",
        "https://hooks.example:https/",
        "https://hooks.example/#part",
        "https://hooks.example\\@127.0.0.1/",
        "https://hooks.example/ x",
        "https://hooks.example/\r\nhost: x",
        "https://例子.example/",
        "https://[::1/",
        f"https://hooks.example/{'x' * 500}",
    ],
)
async def test_what_is_no_safe_address_is_refused(database: Database, url: str) -> None:
    error = await refused(database, webhooks.create_subscription, new(url=url))
    assert (error.code, error.where and error.where.entry) == (ErrorCode.BAD_ARGUMENT, "url")
    assert "https://hooks.example/guantong" in error.message.en


def test_this_machine_is_told_only_where_that_is_for_trying() -> None:
    assert checked_url("http://127.0.0.1:9/x", may_be_loopback=True)
    with pytest.raises(GuantongError, match="https"):
        checked_url("http://10.0.0.1:9/x", may_be_loopback=True)


async def test_what_is_rolled_back_is_told_to_nobody(database: Database, owner: Enterprise) -> None:
    listed = NewListing(enterprise_id=owner.id, batch="示例批次", basis="示例公告", starts=make.NOON.date(), ends=None)

    async def fails_after(call: Any, given: NewListing, reason: str) -> None:
        await call.note_all([_deed(owner, reason)])
        assert len((await call.session.exec(select(WebhookOutbox))).all()) == 1
        raise GuantongError(ErrorCode.STEP_REFUSED, webhooks.SUBSCRIPTION)

    def _deed(row: Enterprise, reason: str) -> Deed:
        return Deed(Tag.ENTERPRISE_PILOT_LIST, "pilot_listing", str(listing.id), reason)

    from core.models import PilotListing

    listing = PilotListing(**listed.model_dump(), reason=REASON)
    await store(database, listing)
    with pytest.raises(GuantongError):
        async with database.write(EVERY_ROW) as session:
            await fails_after(call(session), listed, REASON)
    async with database.read(EVERY_ROW) as session:
        assert (await session.exec(select(WebhookOutbox))).all() == []


async def test_each_hears_of_its_own_and_the_bureau_of_everything(database: Database, owner: Enterprise) -> None:
    other = make.enterprise()
    await store(database, other)
    only = new(events=(WebhookEvent.RESULTS_FILED,))
    mine = (await done(database, webhooks.create_subscription, new(), actor=admin_of(owner))).subscription
    await done(database, webhooks.create_subscription, new(), actor=admin_of(other))
    city = (await done(database, webhooks.create_subscription, new())).subscription
    await done(database, webhooks.create_subscription, only)
    ended = (await done(database, webhooks.create_subscription, new())).subscription
    await done(database, webhooks.end_subscription, seen(ended))
    happened = WebhookOutbox(enterprise_id=owner.id, event=WebhookEvent.SCHEME_RECORDED, about=[], at=make.NOON)
    await store(database, happened)
    async with database.write(EVERY_ROW) as session:
        await spread(session, make.NOON)
    async with database.write(EVERY_ROW) as session:
        await spread(session, make.NOON)  # once is enough
    async with database.read(EVERY_ROW) as session:
        found = (await session.exec(select(WebhookDelivery))).all()
    assert sorted(one.subscription_id for one in found) == sorted([mine.id, city.id])
    assert {one.enterprise_id for one in found} == {owner.id, None}


async def test_a_delivery_is_made_again_under_the_same_event(database: Database, owner: Enterprise) -> None:
    rows = webhook_rows(owner)
    await store(database, *rows)
    delivery = rows[2]
    given = webhooks.Replay(key=key(), delivery_id=delivery.id)
    again = await done(database, webhooks.replay_delivery, given, actor=admin_of(owner))
    assert (again.event_id, again.replay_of, again.state) == (delivery.event_id, delivery.id, DeliveryState.WAITING)
    assert (await done(database, webhooks.replay_delivery, given, actor=admin_of(owner))).id == again.id
    waiting = webhooks.Replay(key=key(), delivery_id=again.id)
    error = await refused(database, webhooks.replay_delivery, waiting, actor=admin_of(owner))
    assert said(error)[1:] == ("此投递尚未结束，会自动重试", "this delivery is not over: it is tried again by itself")
    theirs = webhooks.Replay(key=key(), delivery_id=delivery.id)
    assert (await refused(database, webhooks.replay_delivery, theirs)).code is ErrorCode.NOT_FOUND


def test_every_event_has_a_deed_and_names_no_person() -> None:
    assert set(EVENT_OF.values()) == set(WebhookEvent)
    named = {name for _query, names in _ABOUT.values() for name in names}
    assert "Person" not in named and "Application" not in named
    for tag, event in EVENT_OF.items():
        assert names_of(event)[0] == "Enterprise", tag


@ON_POSTGRES
async def test_the_database_itself_keeps_them_apart(database: Database, owner: Enterprise) -> None:
    other = make.enterprise()
    await store(database, other, *webhook_rows(owner), *webhook_rows(other), *webhook_rows(None))

    async def found(actor: Actor) -> list[int]:
        async with database.read(RowScope.of(actor)) as session:
            counts = [await session.exec(sa.select(sa.func.count()).select_from(table)) for table in TABLES]
            return [int(one.scalar_one()) for one in counts]

    assert await found(admin_of(owner)) == [1, 1, 1, 1]
    assert await found(OFFICER) == [3, 3, 3, 3]
    assert await found(ANONYMOUS) == [0, 0, 0, 0]
    async with database.write(RowScope.of(OFFICER)) as session:
        assert (await session.exec(sa.update(WebhookSubscription).values(revision=9))).rowcount == 1
    async with database.write(RowScope.of(admin_of(owner))) as session:
        mine = sa.update(WebhookSubscription).where(col(WebhookSubscription.enterprise_id) != owner.id)
        assert (await session.exec(mine.values(revision=9))).rowcount == 0


async def test_a_deed_of_the_bureau_is_written_down_with_its_ids(database: Database) -> None:
    from tests.core.test_pilot_list import candidate

    yard: Any = type("Yard", (), {"database": database})()
    row = await candidate(yard)
    listed = NewListing(enterprise_id=row.id, batch="示例批次", basis="示例公告", starts=make.NOON.date(), ends=None)
    listing = await done(database, list_pilot, listed)
    async with database.read(EVERY_ROW) as session:
        [told] = (await session.exec(select(WebhookOutbox))).all()
    assert (told.event, told.enterprise_id, told.at) == (WebhookEvent.ENTERPRISE_LISTED, row.id, make.NOON)
    assert told.about == [
        {"type": "Enterprise", "key": str(row.id)},
        {"type": "PilotListing", "key": str(listing.id)},
    ]
