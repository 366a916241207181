"""What mail providers post to us: whether it is theirs, then the same as with anything else that came back.

Amazon's service asks first whether we want its messages; that is answered for the one topic of the settings. What it
signs with lies at an address in the message, which is asked only when it is Amazon's own, and remembered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

import structlog

from dailyten.deliver import seals
from dailyten.deliver.bounces import Heard
from dailyten.deliver.providers import (
    Provider,
    hear_mailgun,
    hear_postmark,
    hear_sendgrid,
    hear_ses,
    read_object,
)
from dailyten.deliver.settings import ProviderSettings
from dailyten.errors import BadInput, CannotGoOn, NotFound
from dailyten.model.bounce import BounceDoor
from dailyten.model.fetched import Failed, Fetched, Fresh
from dailyten.pipeline.bouncing import Bouncer
from dailyten.store.store import Store

MOST_CERTIFICATES = 8

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDoor:
    """Takes what providers post. `ask` asks an address as a feed is asked: never one on a private network."""

    store: Store
    bouncer: Bouncer
    settings: ProviderSettings
    ask: Callable[[str], Fetched]
    certificates: dict[str, bytes] = field(default_factory=dict)

    def take(self, name: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Take a post, all of it or nothing; say how much of it was new. `headers` have lower-case names.

        Raises NotFound where the settings hold nothing for this provider, BadLink for a seal that is not good,
        BadInput for what cannot be read, CannotGoOn where a certificate is not to be had now.
        """
        if name not in set(Provider) or not self.settings.of(name):
            raise NotFound("Nobody may post here.", expected="a provider that [bounces.providers] names", came=name)
        try:
            heard = self._heard(Provider(name), body, headers)
        except (BadInput, CannotGoOn) as error:
            log.warning("provider_post_refused", provider=name, why=str(error))
            raise
        return len(self.bouncer.take_heard(self.store, heard, BounceDoor.WEBHOOK))

    def _heard(self, provider: Provider, body: bytes, headers: Mapping[str, str]) -> tuple[Heard, ...]:
        settings, now = self.settings, self.bouncer.clock()
        match provider:
            case Provider.SES:
                return self._from_sns(seals.read_sns(body))
            case Provider.MAILGUN:
                post = read_object(body, "signature and event-data")
                token = seals.check_mailgun(post.get("signature"), settings.mailgun_key, now)
                return _only(hear_mailgun(post.get("event-data"), token))
            case Provider.POSTMARK:
                seals.check_postmark(headers.get("authorization", ""), settings.postmark_secret)
                return _only(hear_postmark(body))
            case Provider.SENDGRID:
                signature, timestamp = headers.get(SENDGRID_SIGNATURE, ""), headers.get(SENDGRID_TIMESTAMP, "")
                seals.check_sendgrid(body, signature, timestamp, settings.sendgrid_key, now)
                return hear_sendgrid(body)
            case _:
                assert_never(provider)

    def _from_sns(self, message: seals.SnsMessage) -> tuple[Heard, ...]:
        topic = self.settings.ses_topic
        address = seals.certificate_address(message, topic)
        certificate = self.certificates.get(address) or self._body(address)
        seals.check_sns(message, certificate, self.bouncer.clock())
        self._remember(address, certificate)
        if message.kind == "Notification":
            return hear_ses(message.text("Message"), message.text("MessageId"), self.bouncer.keys)
        if message.kind == "SubscriptionConfirmation":
            self._body(seals.confirmation_address(message, topic))
            log.info("provider_subscription_confirmed", topic=topic)
        return ()

    def _remember(self, address: str, certificate: bytes) -> None:
        """Remember a certificate that has proved good; Amazon has a new one about once a year."""
        if len(self.certificates) >= MOST_CERTIFICATES:
            self.certificates.clear()
        self.certificates[address] = certificate

    def _body(self, address: str) -> bytes:
        """Ask Amazon; an answer that was led elsewhere is none."""
        answer = self.ask(address)
        if isinstance(answer, Fresh) and answer.address == address:
            return answer.body
        came = answer.detail or answer.failure if isinstance(answer, Failed) else "something else"
        raise CannotGoOn("Amazon did not answer; it will post this again.", came=came, where=address)


SENDGRID_SIGNATURE = "x-twilio-email-event-webhook-signature"
SENDGRID_TIMESTAMP = "x-twilio-email-event-webhook-timestamp"


def _only(heard: Heard | None) -> tuple[Heard, ...]:
    return () if heard is None else (heard,)
