"""Votes: what a reader says of one story of an edition."""

from datetime import datetime

from dailyten.errors import NotFound
from dailyten.model.edition import Candidate
from dailyten.model.feedback import Vote, VoteKind
from dailyten.store.transaction import Transaction


def story_of(db: Transaction, edition_id: str, story_id: str) -> Candidate:
    """Give the story of an edition that a vote is about. Raises NotFound."""
    for candidate in db.editions.get(edition_id).candidates:
        if candidate.story_id == story_id:
            return candidate
    raise NotFound("There is no such story in this edition.", came=story_id)


def cast(db: Transaction, subscriber_id: str, edition_id: str, story_id: str, kind: VoteKind, now: datetime) -> Vote:
    """Keep a reader's vote; the last one on a story stands. Raises NotFound."""
    story_of(db, edition_id, story_id)
    vote = Vote(
        subscriber_id=db.subscribers.get(subscriber_id).subscriber_id,
        edition_id=edition_id,
        story_id=story_id,
        kind=kind,
        cast_at=now,
    )
    db.feedback.cast(vote)
    return vote
