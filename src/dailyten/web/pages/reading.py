"""A mail as its reader got it, and a vote on a story of it."""

from dataclasses import dataclass

from fastapi.responses import HTMLResponse, Response

from dailyten.feedback.tokens import Claim, Purpose
from dailyten.model.feedback import VoteKind
from dailyten.pipeline.voting import cast, story_of
from dailyten.web import saying
from dailyten.web.forms import first
from dailyten.web.pages.page import Form, Page


@dataclass(frozen=True, slots=True)
class Reading(Page):
    """What the links inside a mail open."""

    def view(self, token: str) -> Response:
        """Show a mail as its reader got it."""
        claim = self.here.claim(token, Purpose.VIEW)
        return HTMLResponse(self.here.mail_of(claim.subscriber_id, claim.edition_id))

    def vote(self, token: str, story: str = "", kind: str = "") -> Response:
        """Show a story and what can be said of it."""
        claim = self.here.claim(token, Purpose.VOTE)
        return self._vote_page(claim, story, kind, "")

    def vote_post(self, token: str, form: Form, story: str = "") -> Response:
        """Take a vote."""
        claim = self.here.claim(token, Purpose.VOTE)
        kind, story_id = first(form, "kind"), first(form, "story") or story
        if kind not in tuple(VoteKind):
            return self.no_such_act()
        with self.here.store.writing() as db:
            cast(db, claim.subscriber_id, claim.edition_id, story_id, VoteKind(kind), self.here.clock())
        self.counts.acted("voted")
        done = f"Thank you. We heard: {saying.VOTES[VoteKind(kind)].lower()}. You can change your mind."
        return self._vote_page(claim, story_id, kind, done)

    def _vote_page(self, claim: Claim, story_id: str, kind: str, done: str) -> Response:
        with self.here.store.reading() as db:
            db.subscribers.get(claim.subscriber_id)
            story = story_of(db, claim.edition_id, story_id)
        return self.page(
            "vote.html",
            "vote",
            heading=story.lead.title,
            deck=f"From {story.lead.feed_title}. Your vote shapes what you and others get.",
            story_id=story_id,
            kinds=list(saying.VOTES.items()),
            chosen=kind,
            done=done,
        )
