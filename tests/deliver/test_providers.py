"""What four mail providers post is read into what we know of; who cannot prove to be one of them is not heard."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.deliver import seals
from dailyten.deliver.bounces import Heard
from dailyten.deliver.providers import hear_mailgun, hear_postmark, hear_sendgrid, hear_ses
from dailyten.errors import BadInput, BadLink, BadSetting
from dailyten.model.bounce import BounceKind as Kind
from tests.deliver import provider_posts as posts
from tests.deliver.letters import KEYS, NOW
from tests.deliver.provider_posts import ANN

GONE = "550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown"
FULL = "552 5.2.2 The email account that you tried to reach is over quota"
SPAM = "550 5.7.1 Message rejected as spam by our policy"
ODD = "550 something went wrong"


def one(heard: tuple[Heard, ...]) -> Heard:
    (only,) = heard
    return only


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        pytest.param(posts.ses_bounce("Permanent", "General", GONE, "5.1.1"), Kind.HARD, id="gone"),
        pytest.param(posts.ses_bounce("Permanent", "General"), Kind.HARD, id="gone, no report"),
        pytest.param(posts.ses_bounce("Permanent", "NoEmail", ODD), Kind.HARD, id="no such address"),
        pytest.param(posts.ses_bounce("Permanent", "OnAccountSuppressionList"), Kind.HARD, id="on their list"),
        pytest.param(posts.ses_bounce("Permanent", "General", SPAM, "5.7.1"), Kind.BLOCKED, id="called spam"),
        pytest.param(posts.ses_bounce("Permanent", "General", FULL, "5.2.2"), Kind.SOFT, id="full for good"),
        pytest.param(posts.ses_bounce("Permanent", "UnsubscribedRecipient"), Kind.LEAVE, id="left at SES"),
        pytest.param(posts.ses_bounce("Transient", "MailboxFull", FULL), Kind.SOFT, id="full"),
        pytest.param(posts.ses_bounce("Transient", "General", GONE), Kind.SOFT, id="gone for now"),
        pytest.param(posts.ses_bounce("Transient", "General"), Kind.AUTO_REPLY, id="out of office"),
        pytest.param(posts.ses_bounce("Transient", "ContentRejected", ODD), Kind.BLOCKED, id="content"),
        pytest.param(posts.ses_bounce("Undetermined", "Undetermined"), Kind.SOFT, id="undetermined"),
        pytest.param(posts.ses_complaint(), Kind.COMPLAINT, id="complaint"),
        pytest.param(posts.ses_complaint("not-spam"), Kind.NOTICE, id="taken back"),
        pytest.param(posts.ses_delay(), Kind.DELAYED, id="delay"),
    ],
)
def test_an_event_of_ses_is_known_and_names_its_mail(event: posts.Json, kind: Kind) -> None:
    heard = one(hear_ses(json.dumps(event), "m", KEYS))

    assert (heard.kind, heard.delivery_id) == (kind, ANN.delivery_id)
    assert heard.words


@pytest.mark.parametrize(
    "mail",
    [
        {"headers": None, "commonHeaders": None},
        {"source": "somebody@example.com", "commonHeaders": {}},
        {"source": "somebody@example.com", "headers": []},
    ],
    ids=["return path", "header", "common header"],
)
def test_ses_names_a_mail_in_three_ways(mail: posts.Json) -> None:
    event = posts.ses_bounce("Permanent", "General", **mail)

    assert one(hear_ses(json.dumps(event), "m", KEYS)).delivery_id == ANN.delivery_id


def test_a_mail_of_another_program_at_the_same_provider_is_nobodys() -> None:
    other: posts.Json = {
        "source": "orders@example.com",
        "headers": [],
        "commonHeaders": {"messageId": "<1@example.com>"},
    }
    event = posts.ses_bounce("Permanent", "General", **other)
    order = posts.mailgun_event("complained", message={"headers": {"message-id": "1@example.com"}})
    sent = posts.sendgrid_event("bounce", type="bounce", **{"smtp-id": "<1@example.com>"})

    found = [one(hear_ses(json.dumps(event), "m", KEYS)), hear_mailgun(order, "t")]
    found.append(one(hear_sendgrid(json.dumps([sent]).encode())))

    assert [(each.delivery_id, each.subscriber_id, each.address) for each in found if each] == [("", "", "")] * 3


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        pytest.param(posts.mailgun_failure("bounce", 550, GONE[4:], enhanced="5.1.1"), Kind.HARD, id="gone"),
        pytest.param(posts.mailgun_failure("bounce", 550, "No such user here"), Kind.HARD, id="gone, no code"),
        pytest.param(posts.mailgun_failure("suppress-bounce", 605, ""), Kind.HARD, id="on their list"),
        pytest.param(posts.mailgun_failure("suppress-complaint", 607, ""), Kind.COMPLAINT, id="complained before"),
        pytest.param(posts.mailgun_failure("suppress-unsubscribe", 606, ""), Kind.LEAVE, id="left before"),
        pytest.param(posts.mailgun_failure("bounce", 552, FULL[4:]), Kind.SOFT, id="full"),
        pytest.param(posts.mailgun_failure("espblock", 550, SPAM[4:]), Kind.BLOCKED, id="called spam"),
        pytest.param(posts.mailgun_failure("old", 602, "Too old"), Kind.SOFT, id="tried long enough"),
        pytest.param(posts.mailgun_failure("generic", 450, GONE[4:], severity="temporary"), Kind.DELAYED, id="later"),
        pytest.param(posts.mailgun_event("complained"), Kind.COMPLAINT, id="complaint"),
        pytest.param(posts.mailgun_event("unsubscribed"), Kind.LEAVE, id="left"),
    ],
)
def test_an_event_of_mailgun_is_known_and_names_its_mail(event: posts.Json, kind: Kind) -> None:
    heard = hear_mailgun(event, "token")

    assert heard is not None
    assert (heard.kind, heard.delivery_id, heard.mark) == (kind, ANN.delivery_id, "mailgun token")


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        pytest.param({"event": "bounce", "type": "bounce", "status": "5.1.1", "reason": GONE}, Kind.HARD, id="gone"),
        pytest.param({"event": "bounce", "type": "bounce", "status": "5.0.0", "reason": ODD}, Kind.HARD, id="unclear"),
        pytest.param({"event": "bounce", "type": "bounce", "status": "5.2.2", "reason": FULL}, Kind.SOFT, id="full"),
        pytest.param(
            {"event": "bounce", "type": "blocked", "status": "5.7.1", "reason": SPAM}, Kind.BLOCKED, id="spam"
        ),
        pytest.param({"event": "bounce", "type": "blocked", "reason": "unable to get mx info"}, Kind.SOFT, id="no mx"),
        pytest.param({"event": "deferred", "response": "400 try again later"}, Kind.DELAYED, id="later"),
        pytest.param({"event": "dropped", "reason": "Bounced Address"}, Kind.HARD, id="on their list"),
        pytest.param({"event": "dropped", "reason": "Spam Reporting Address"}, Kind.COMPLAINT, id="complained before"),
        pytest.param({"event": "dropped", "reason": "Recipient List over Package Quota"}, Kind.BLOCKED, id="no quota"),
        pytest.param({"event": "spamreport"}, Kind.COMPLAINT, id="complaint"),
        pytest.param({"event": "group_unsubscribe", "asm_group_id": 10}, Kind.LEAVE, id="left a group"),
    ],
)
def test_an_event_of_sendgrid_is_known_and_names_its_mail(event: posts.Json, kind: Kind) -> None:
    body = json.dumps([posts.sendgrid_event("processed"), posts.sendgrid_event(**event)]).encode()

    heard = one(hear_sendgrid(body))

    assert (heard.kind, heard.delivery_id) == (kind, ANN.delivery_id)
    assert heard.words


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(posts.postmark(), Kind.HARD, id="gone"),
        pytest.param(posts.postmark("SoftBounce", Details=f"smtp;{FULL}"), Kind.SOFT, id="full"),
        pytest.param(posts.postmark("Transient"), Kind.DELAYED, id="later"),
        pytest.param(posts.postmark("SpamNotification"), Kind.BLOCKED, id="called spam"),
        pytest.param(posts.postmark("AutoResponder"), Kind.AUTO_REPLY, id="away"),
        pytest.param(posts.postmark("Unknown", Details=f"smtp;{GONE}"), Kind.HARD, id="unknown to them, plain words"),
        pytest.param(posts.postmark("Unknown", Details=""), Kind.SOFT, id="unknown"),
        pytest.param(posts.postmark("SpamComplaint", record="SpamComplaint"), Kind.COMPLAINT, id="complaint"),
        pytest.param(posts.postmark_change("ManualSuppression"), Kind.LEAVE, id="left"),
        pytest.param(posts.postmark_change("SpamComplaint"), Kind.COMPLAINT, id="on their list"),
    ],
)
def test_a_record_of_postmark_is_known_and_names_its_reader(body: bytes, kind: Kind) -> None:
    heard = hear_postmark(body)

    assert heard is not None
    assert (heard.kind, heard.address.lower()) == (kind, ANN.address)


def test_what_is_nobodys_business_is_left_out() -> None:
    opened = [posts.sendgrid_event(name) for name in ("open", "click", "delivered", "invented_later")]

    assert hear_sendgrid(json.dumps(opened).encode()) == ()
    assert hear_mailgun(posts.mailgun_event("opened"), "t") is None
    assert hear_postmark(posts.postmark(record="Open")) is None
    assert hear_postmark(posts.postmark_change("", suppress=False)) is None
    assert hear_ses(json.dumps({"eventType": "Open", "mail": {}}), "m", KEYS) == ()
    assert hear_ses("Successfully validated SNS topic for Amazon SES event publishing.", "m", KEYS) == ()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'[{"event": "bounce"}]', "event 1: sg_event_id"),
        (b'{"event": "bounce"}', "JSON array"),
        (b"[1]", "event 1"),
        (b"[", "documentation"),
        (b"[" * 100_000, "documentation"),
    ],
)
def test_a_post_that_cannot_be_read_is_told_what_was_expected(body: bytes, expected: str) -> None:
    with pytest.raises(BadInput, match=expected):
        hear_sendgrid(body)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
NAMES = st.sampled_from(
    "event event-data signature severity reason delivery-status message headers message-id code RecordType Type ID "
    "Email notificationType bounce bounceType bouncedRecipients mail source commonHeaders smtp-id sg_event_id".split()
)
SAID = st.sampled_from("failed Bounce SpamComplaint bounce dropped Complaint Permanent".split())
VALUES = SCALARS | SAID
JSON = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=20
)


@given(thing=JSON)
def test_whatever_json_comes_is_heard_or_refused_and_can_be_kept(thing: Any) -> None:
    body = json.dumps(thing)
    for read in (
        lambda: hear_ses(body, "m", KEYS),
        lambda: [hear_mailgun(thing, "t")],
        lambda: [hear_postmark(body.encode())],
        lambda: hear_sendgrid(body.encode()),
    ):
        try:
            heard = read()
        except BadInput:
            continue
        for each in heard:
            assert each is None or b"\x00" not in f"{each.words}{each.mark}{each.status}{each.address}".encode()


class TestSeals:
    def test_mailgun_signs_a_time_and_a_token(self) -> None:
        seal = json.loads(posts.mailgun({}, NOW))["signature"]

        assert seals.check_mailgun(seal, posts.MAILGUN_KEY, NOW + timedelta(hours=8)) == seal["token"]
        wrongs: tuple[Any, ...] = (
            seal | {"token": "another"},
            seal | {"timestamp": str(int(seal["timestamp"]) + 1)},
            seal | {"signature": "é"},
            {},
            None,
        )
        for wrong in wrongs:
            with pytest.raises(BadLink, match="signature"):
                seals.check_mailgun(wrong, posts.MAILGUN_KEY, NOW)
        with pytest.raises(BadLink, match="older than a day"):
            seals.check_mailgun(seal, posts.MAILGUN_KEY, NOW + timedelta(hours=25))

    def test_sendgrid_signs_a_time_and_the_body(self) -> None:
        body, head = posts.sendgrid([], NOW)
        signature, seconds = head.values()

        seals.check_sendgrid(body, signature, seconds, posts.sendgrid_public(), NOW + timedelta(hours=23))
        for wrong in ((body + b" ", signature, seconds), (body, "AAAA", seconds), (body, "é", seconds), (body, "", "")):
            with pytest.raises(BadLink, match="signature"):
                seals.check_sendgrid(*wrong, posts.sendgrid_public(), NOW)
        with pytest.raises(BadLink, match="older than a day"):
            seals.check_sendgrid(body, signature, seconds, posts.sendgrid_public(), NOW + timedelta(hours=25))

    @pytest.mark.parametrize("key", ["", "AAAA", "é"])
    def test_a_key_of_sendgrid_that_is_none_is_a_setting_to_mend(self, key: str) -> None:
        with pytest.raises(BadSetting, match="sendgrid_key"):
            seals.check_sendgrid(b"", "", "", key, NOW)

    def test_postmark_knows_a_password(self) -> None:
        seals.check_postmark(posts.basic(), posts.POSTMARK_SECRET)
        for wrong in (
            "",
            "Basic",
            "Basic AAAA",
            "Basic é",
            posts.basic("another"),
            posts.basic().replace("Basic", "x"),
        ):
            with pytest.raises(BadLink):
                seals.check_postmark(wrong, posts.POSTMARK_SECRET)

    @pytest.mark.parametrize("version", ["1", "2"])
    @pytest.mark.parametrize("kind", ["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"])
    def test_amazon_signs_all_that_matters(self, kind: str, version: str) -> None:
        body, certificate = posts.sns(kind, "{}", NOW, version=version), posts.amazon_certificate(NOW)

        seals.check_sns(seals.read_sns(body), certificate, NOW)
        for name in set(seals.SIGNED[kind]) - {"Type"}:
            other = f"{NOW:%Y-%m-%dT%H:%M:%S}.124Z" if name == "Timestamp" else "other"
            changed = json.dumps(json.loads(body) | {name: other}).encode()
            with pytest.raises(BadLink, match="signature"):
                seals.check_sns(seals.read_sns(changed), certificate, NOW)

    def test_amazon_is_not_believed_late_with_an_old_certificate_or_none(self) -> None:
        message = seals.read_sns(posts.sns("Notification", "{}", NOW))

        with pytest.raises(BadLink, match="older than a day"):
            seals.check_sns(message, posts.amazon_certificate(NOW), NOW + timedelta(hours=25))
        for certificate in (posts.amazon_certificate(NOW, days=-1), b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n"):
            with pytest.raises(BadLink, match="signature"):
                seals.check_sns(message, certificate, NOW)

    @pytest.mark.parametrize(
        "address",
        [
            "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
            "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem",
            "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem",
            "https://evil.example/sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
            "https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-1.pem",
            "https://sns.eu-west-1.amazonaws.com/../SimpleNotificationService-1.pem",
            "https://sns.eu-west-1.amazonaws.com:444/SimpleNotificationService-1.pem",
            "https://bucket.s3.amazonaws.com/SimpleNotificationService-1.pem",
            "",
        ],
    )
    def test_a_certificate_is_fetched_from_nowhere_but_amazon(self, address: str) -> None:
        message = seals.read_sns(posts.sns("Notification", "{}", NOW, SigningCertURL=address))

        with pytest.raises(BadLink, match="Amazon"):
            seals.certificate_address(message, posts.TOPIC)

    def test_a_message_about_another_topic_is_not_believed(self) -> None:
        message = seals.read_sns(posts.sns("Notification", "{}", NOW, TopicArn=f"{posts.TOPIC}-2"))

        with pytest.raises(BadLink, match="another topic"):
            seals.certificate_address(message, posts.TOPIC)

    @pytest.mark.parametrize("body", [b"{}", b"[]", b"", b'{"notificationType": "Bounce"}', b'{"Type": "Other"}'])
    def test_what_is_no_message_of_sns_is_told_so(self, body: bytes) -> None:
        with pytest.raises(BadInput, match="Expected"):
            seals.read_sns(body)
