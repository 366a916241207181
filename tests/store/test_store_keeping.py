"""What keeping computes of an entry beside the database."""

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from dailyten.model.canonical import digest
from dailyten.model.entry import Entry
from dailyten.store.keeping import words_row

WORDS = st.text(st.characters(exclude_categories=["Cs"]))
INSTANTS = st.none() | st.datetimes(timezones=st.just(UTC))
ENTRIES = st.builds(
    Entry,
    key=WORDS.filter(bool),
    title=WORDS,
    html=WORDS,
    authors=st.lists(WORDS).map(tuple),
    published_at=INSTANTS,
    updated_at=INSTANTS,
)


@given(ENTRIES)
def test_what_an_entry_says_is_named_by_the_same_digest_as_everywhere(entry: Entry) -> None:
    assert words_row(entry)["sha256"] == digest(entry)
