"""Mail providers at the door: who may post is heard, everybody else is answered in words and never by a fault."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dailyten.model.delivery import Delivery
from dailyten.model.fetched import Failed, Failure
from dailyten.model.subscriber import Membership
from dailyten.web.hooks import MOST_BYTES
from tests.deliver import provider_posts as posts
from tests.web.open_house import House, open_house

PROVIDERS = ["ses", "mailgun", "postmark", "sendgrid"]
SETTINGS = f"""
[bounces.providers]
ses_topic = "{posts.TOPIC}"
mailgun_key = "{posts.MAILGUN_KEY}"
postmark_secret = "{posts.POSTMARK_SECRET}"
sendgrid_key = "{posts.sendgrid_public()}"
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house"), SETTINGS) as opened:
        yield opened


@pytest.fixture(scope="module")
def mails(house: House) -> dict[str, Delivery]:
    """Send today's mail to a reader for each provider."""
    readers = {name: house.reader(f"{name}@shop.example") for name in PROVIDERS}
    house.digest.morning(house.store)
    house.deliver()
    with house.store.reading() as db:
        return {name: db.outbox.of(reader.subscriber_id)[0] for name, reader in readers.items()}


def membership(house: House, delivery: Delivery) -> Membership:
    with house.store.reading() as db:
        return db.subscribers.get(delivery.subscriber_id).membership


def post(house: House, name: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, str]:
    came = house.browser.post(f"/hooks/mail/{name}", content=body, headers=headers or {})
    return came.status_code, came.text


def test_three_providers_post_and_the_mail_to_their_readers_stops(house: House, mails: dict[str, Delivery]) -> None:
    now = house.clock()
    failed = posts.mailgun_failure("suppress-bounce", 605, "")
    failed["message"] = {"headers": {"message-id": mails["mailgun"].message_id.strip("<>")}}
    spam = posts.sendgrid_event("spamreport", **{"smtp-id": mails["sendgrid"].message_id})
    password = f"dailyten:{posts.POSTMARK_SECRET}@"

    answers = [
        post(house, "mailgun", posts.mailgun(failed, now)),
        post(house, "sendgrid", *posts.sendgrid([spam], now)),
    ]
    address = f"{house.root}/hooks/mail/postmark".replace("://", f"://{password.replace(' ', '%20')}")
    told = house.browser.post(address, content=posts.postmark(Email=mails["postmark"].address))

    assert answers == [(200, '{"new":1}')] * 2
    assert (told.status_code, told.text) == (200, '{"new":1}')
    for name in ("mailgun", "sendgrid", "postmark"):
        assert membership(house, mails[name]) is Membership.SUPPRESSED, name


def test_a_certificate_that_cannot_be_fetched_now_makes_amazon_post_again(
    house: House, mails: dict[str, Delivery]
) -> None:
    """There is no such region of Amazon."""
    body = posts.sns("Notification", posts.ses_bounce("Permanent", "General"), house.clock())

    assert post(house, "ses", body)[0] == 503
    assert membership(house, mails["ses"]) is Membership.ACTIVE


@pytest.mark.parametrize(
    ("name", "body", "headers", "status", "words"),
    [
        ("other", b"{}", {}, 404, "Nobody may post here"),
        ("postmark", b"{", {"authorization": posts.basic()}, 400, "This is no JSON. Expected: "),
        ("postmark", b'{"RecordType": "Bounce"}', {"authorization": posts.basic()}, 400, "Expected: ID or Recipient"),
        ("postmark", b"{}", {"authorization": posts.basic("x")}, 404, "signature"),
        ("mailgun", b"[]", {}, 400, "a JSON object: signature and event-data"),
        ("sendgrid", b"[]", {}, 404, "signature"),
        ("ses", b'{"notificationType": "Bounce"}', {}, 400, "raw message delivery of the subscription is off"),
        ("sendgrid", b"x" * (MOST_BYTES + 1), {}, 413, "1000 KB"),
    ],
)
def test_who_posts_amiss_is_told_what_was_expected(
    house: House, name: str, body: bytes, headers: dict[str, str], status: int, words: str
) -> None:
    code, told = post(house, name, body, headers)

    assert (code, words in json.loads(told)["words"]) == (status, True), told


def test_a_look_at_the_address_changes_nothing(house: House) -> None:
    assert {house.browser.get(f"/hooks/mail/{name}").status_code for name in PROVIDERS} <= {404, 405}


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
NAMES = st.sampled_from(
    "Type TopicArn Message SigningCertURL Timestamp signature timestamp token event-data event RecordType ID Email Type"
    " Details SuppressSending SuppressionReason Recipient sg_event_id reason status smtp-id".split()
)
SAID = st.sampled_from(
    ["Bounce", "SpamComplaint", "SubscriptionChange", "bounce", "dropped", "Notification", posts.TOPIC]
)
JSON = st.recursive(
    SCALARS | SAID, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=8), max_leaves=25
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(PROVIDERS),
    body=st.binary(max_size=60) | JSON.map(lambda thing: json.dumps(thing).encode()),
    signed=st.booleans(),
)
def test_whatever_is_posted_is_answered_without_a_fault_of_ours(
    house: House, name: str, body: bytes, signed: bool
) -> None:
    headers = {"authorization": posts.basic()} if signed else {}
    if signed and name == "sendgrid":
        body, headers = posts.sendgrid(body.decode("latin-1"), house.clock())

    assert post(house, name, body, headers)[0] in (200, 400, 404)


def test_what_a_provider_has_us_ask_is_never_on_a_private_network(house: House) -> None:
    answer = house.parts.provider_door(house.store).ask("https://10.0.0.1/SimpleNotificationService-1.pem")

    assert isinstance(answer, Failed)
    assert answer.failure is Failure.REFUSED_ADDRESS
