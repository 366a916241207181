"""What an entry is introduced with."""

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from dailyten.model.canonical import digest
from dailyten.model.entry import Entry
from dailyten.model.introducing import introduce

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
    (introduced,) = introduce("f", [entry])

    assert introduced.sha256 == digest(introduced.entry)
