"""The links of one reader: each opens one door, needs no password, and does nothing by being looked at."""

from dataclasses import dataclass
from datetime import datetime

from dailyten.feedback.tokens import Purpose, Tokens
from dailyten.model.consent import AskKind

PURPOSE = {AskKind.JOIN: Purpose.CONFIRM, AskKind.NEW_ADDRESS: Purpose.NEW_ADDRESS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Makes links to the web pages at `base`, an address without a slash at its end."""

    base: str
    tokens: Tokens

    def confirm(self, kind: AskKind, ask_id: str, at: datetime) -> str:
        """Link to the page that says yes to what was asked."""
        return f"{self.base}/confirm/{self.tokens.sign(PURPOSE[kind], ask_id, now=at)}"

    def unsubscribe(self, subscriber_id: str) -> str:
        """Link to the page that ends the mail; a POST to it ends it at once (RFC 8058)."""
        return f"{self.base}/unsubscribe/{self.tokens.sign(Purpose.UNSUBSCRIBE, subscriber_id)}"

    def preferences(self, subscriber_id: str) -> str:
        """Link to the page of a reader's wishes."""
        return f"{self.base}/preferences/{self.tokens.sign(Purpose.PREFERENCES, subscriber_id)}"

    def pause(self, subscriber_id: str) -> str:
        """Link to the page that stops the mail for a while."""
        return f"{self.base}/pause/{self.tokens.sign(Purpose.PAUSE, subscriber_id)}"

    def view(self, subscriber_id: str, edition_id: str) -> str:
        """Link to the page on which a reader's mail about an edition is read in a browser."""
        return f"{self.base}/view/{self.tokens.sign(Purpose.VIEW, subscriber_id, edition_id)}"

    def vote(self, subscriber_id: str, edition_id: str) -> str:
        """Link to the page of votes on an edition; it still wants `?story=` and perhaps `&kind=`."""
        return f"{self.base}/vote/{self.tokens.sign(Purpose.VOTE, subscriber_id, edition_id)}"
