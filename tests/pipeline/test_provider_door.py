"""What a mail provider posts stops the mail to whom it is about, once, and only when the provider can prove itself."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from dailyten.deliver.settings import BounceRule, ProviderSettings
from dailyten.errors import BadInput, BadLink, CannotGoOn, NotFound
from dailyten.model.bounce import BounceKind
from dailyten.model.delivery import DeliveryState
from dailyten.model.fetched import Failed, Failure, Fetched, Fresh
from dailyten.model.subscriber import Membership, Subscriber, subscriber_id_of
from dailyten.pipeline.bouncing import Bouncer
from dailyten.pipeline.providers import ProviderDoor
from dailyten.store import Store, open_store
from dailyten.testing.clock import Clock
from tests.contract.test_contract_outbox import EDITION as STORED_EDITION
from tests.deliver import provider_posts as posts
from tests.deliver.letters import EDITION, KEYS, NOW
from tests.deliver.provider_posts import ANN

SETTINGS = ProviderSettings(
    ses_topic=posts.TOPIC,
    mailgun_key=posts.MAILGUN_KEY,
    postmark_secret=posts.POSTMARK_SECRET,
    sendgrid_key=posts.sendgrid_public(),
)


@dataclass
class Amazon:
    """Answers at the addresses of Amazon's service."""

    asked: list[str] = field(default_factory=list)
    answer: Fetched | None = None

    def __call__(self, address: str) -> Fetched:
        self.asked.append(address)
        return self.answer or Fresh(body=posts.amazon_certificate(NOW), address=address)


@pytest.fixture
def store() -> Iterator[Store]:
    ann = Subscriber(
        subscriber_id=subscriber_id_of(ANN.address),
        address=ANN.address,
        membership=Membership.ACTIVE,
        joined_at=NOW,
        changed_at=NOW,
    )
    with open_store("sqlite://") as opened:
        with opened.writing() as db:
            db.editions.freeze(replace(STORED_EDITION, edition_id=EDITION))
            db.subscribers.add(ann)
            db.outbox.fill([replace(ANN, state=DeliveryState.SENT)])
        yield opened


@pytest.fixture
def amazon() -> Amazon:
    return Amazon()


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def door(store: Store, amazon: Amazon, clock: Clock) -> ProviderDoor:
    bouncer = Bouncer(keys=KEYS, rule=BounceRule(), zone="UTC", clock=clock)
    return ProviderDoor(store=store, bouncer=bouncer, settings=SETTINGS, ask=amazon)


def membership(store: Store) -> Membership:
    with store.reading() as db:
        return db.subscribers.get(ANN.subscriber_id).membership


def kinds(store: Store) -> list[BounceKind]:
    with store.reading() as db:
        return [each.kind for each in db.bounces.latest(50)]


POSTS = {
    "ses": (posts.sns("Notification", posts.ses_bounce("Permanent", "General"), NOW), {}),
    "mailgun": (posts.mailgun(posts.mailgun_failure("suppress-bounce", 605, ""), NOW), {}),
    "postmark": (posts.postmark(), {"authorization": posts.basic()}),
    "sendgrid": posts.sendgrid([posts.sendgrid_event("spamreport")], NOW),
}


@pytest.mark.parametrize("name", POSTS)
def test_a_provider_stops_the_mail_to_a_reader_and_the_same_post_again_does_nothing(
    store: Store, door: ProviderDoor, name: str
) -> None:
    new = [door.take(name, *POSTS[name]) for _ in range(3)]

    assert new == [1, 0, 0]
    assert membership(store) is Membership.SUPPRESSED
    assert len(kinds(store)) == 1


@pytest.mark.parametrize("name", [*POSTS, "other", ""])
def test_a_provider_that_the_settings_do_not_name_may_not_post(store: Store, door: ProviderDoor, name: str) -> None:
    shut = replace(door, settings=ProviderSettings())

    with pytest.raises(NotFound):
        shut.take(name, *POSTS.get(name, (b"", {})))
    assert kinds(store) == []


@pytest.mark.parametrize(
    ("name", "body", "headers"),
    [
        ("ses", POSTS["ses"][0].replace(b"Permanent", b"Transient"), {}),
        ("mailgun", POSTS["mailgun"][0].replace(b"e0b5477", b"e0b5478"), {}),
        ("postmark", POSTS["postmark"][0], {"authorization": posts.basic("another password, as long")}),
        ("postmark", POSTS["postmark"][0], {}),
        ("sendgrid", POSTS["sendgrid"][0] + b" ", POSTS["sendgrid"][1]),
        ("sendgrid", POSTS["sendgrid"][0], {}),
    ],
)
def test_what_is_not_sealed_by_the_provider_changes_nothing(
    store: Store, door: ProviderDoor, name: str, body: bytes, headers: dict[str, str]
) -> None:
    with pytest.raises(BadLink):
        door.take(name, body, headers)
    assert kinds(store) == []


def test_a_token_of_mailgun_cannot_be_used_for_another_event(store: Store, door: ProviderDoor) -> None:
    """Mailgun signs its token only, so who has seen one could put anything behind it."""
    door.take("mailgun", posts.mailgun(posts.mailgun_failure("x", 421, "later", severity="temporary"), NOW), {})
    new = door.take("mailgun", posts.mailgun(posts.mailgun_event("complained"), NOW), {})

    assert (new, kinds(store)) == (0, [BounceKind.DELAYED])
    assert membership(store) is Membership.ACTIVE


@pytest.mark.parametrize("name", ["ses", "mailgun", "sendgrid"])
def test_an_old_post_that_is_played_again_is_refused(door: ProviderDoor, clock: Clock, name: str) -> None:
    clock.advance(timedelta(days=1, minutes=1))

    with pytest.raises(BadLink, match="older than a day"):
        door.take(name, *POSTS[name])


def test_a_list_with_one_fault_counts_not_at_all(store: Store, door: ProviderDoor) -> None:
    nameless = {"event": "bounce", "email": ANN.address}

    with pytest.raises(BadInput, match="event 2: sg_event_id"):
        door.take("sendgrid", *posts.sendgrid([posts.sendgrid_event("spamreport"), nameless], NOW))
    assert kinds(store) == []
    assert membership(store) is Membership.ACTIVE


def test_a_full_mailbox_is_counted_by_the_last_mail_that_went_to_the_address(store: Store, door: ProviderDoor) -> None:
    door.take("postmark", posts.postmark("SoftBounce", Details=""), {"authorization": posts.basic()})
    door.take("postmark", posts.postmark(ID=2, Email="nobody@example.org"), {"authorization": posts.basic()})
    door.take("postmark", posts.postmark(ID=3, Email="no address"), {"authorization": posts.basic()})

    with store.reading() as db:
        found = {each.kind: (each.delivery_id, each.subscriber_id) for each in db.bounces.latest(5)}
    assert found == {BounceKind.SOFT: (ANN.delivery_id, ANN.subscriber_id), BounceKind.HARD: ("", None)}


def test_a_subscription_at_amazon_is_confirmed_for_our_topic_only(door: ProviderDoor, amazon: Amazon) -> None:
    door.take("ses", posts.sns("SubscriptionConfirmation", "You have chosen", NOW, version="2"), {})
    with pytest.raises(BadLink):
        door.take("ses", posts.sns("SubscriptionConfirmation", "x", NOW, TopicArn=f"{posts.TOPIC}-2"), {})
    with pytest.raises(BadLink):
        door.take("ses", posts.sns("SubscriptionConfirmation", "x", NOW, SubscribeURL="https://10.0.0.1/"), {})

    assert amazon.asked == [posts.CERTIFICATE, posts.CONFIRM]


def test_a_certificate_is_fetched_once_and_never_for_a_forged_address(door: ProviderDoor, amazon: Amazon) -> None:
    for _ in range(3):
        door.take("ses", *POSTS["ses"])
    with pytest.raises(BadLink):
        door.take("ses", posts.sns("Notification", "{}", NOW, SigningCertURL="https://evil.example/a.pem"), {})

    assert amazon.asked == [posts.CERTIFICATE]


def test_a_certificate_that_proved_nothing_is_not_remembered(door: ProviderDoor, amazon: Amazon) -> None:
    amazon.answer = Fresh(body=b"<html>a page of a proxy</html>", address=posts.CERTIFICATE)
    with pytest.raises(BadLink):
        door.take("ses", *POSTS["ses"])
    amazon.answer = None

    assert door.take("ses", *POSTS["ses"]) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Failed(failure=Failure.TIMEOUT), id="no answer"),
        pytest.param(Fresh(body=b"x", address="https://evil.example/"), id="led elsewhere"),
    ],
)
def test_amazon_out_of_reach_is_our_trouble_and_is_tried_again(
    store: Store, door: ProviderDoor, amazon: Amazon, answer: Fetched
) -> None:
    amazon.answer = answer
    with pytest.raises(CannotGoOn, match="post this again"):
        door.take("ses", *POSTS["ses"])
    amazon.answer = None

    assert door.take("ses", *POSTS["ses"]) == 1
    assert membership(store) is Membership.SUPPRESSED


def test_what_amazon_says_that_is_no_event_is_told_what_was_expected(door: ProviderDoor) -> None:
    with pytest.raises(BadInput, match=r"bounce\.bouncedRecipients"):
        door.take("ses", posts.sns("Notification", {"notificationType": "Bounce"}, NOW), {})
    with pytest.raises(BadInput, match="raw message delivery"):
        door.take("ses", json.dumps(posts.ses_bounce("Permanent", "General")).encode(), {})
