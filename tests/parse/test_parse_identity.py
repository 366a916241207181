from hypothesis import given
from hypothesis import strategies as st

from dailyten.parse.identity import LONGEST_KEY, Signs, keys_of


def test_the_guid_comes_first_then_the_page_then_the_words() -> None:
    keys = keys_of(
        [
            Signs(guid="g", link="https://a.example/1"),
            Signs(link="https://a.example/2#part"),
            Signs(title="Title", words="Words"),
        ]
    )

    assert keys[:2] == ("g", "https://a.example/2")
    assert keys[2].startswith("sha256:")


def test_a_guid_of_several_pages_identifies_none_of_them() -> None:
    keys = keys_of([Signs(guid="g", link="https://a.example/1"), Signs(guid="g", link="https://a.example/2")])

    assert keys == ("g https://a.example/1", "g https://a.example/2")


def test_the_same_entry_twice_has_one_key() -> None:
    twice = Signs(guid="g", link="https://a.example/1", title="T")

    assert keys_of([twice, twice]) == ("g", "g")


def test_parts_of_one_page_without_guids_are_told_apart() -> None:
    keys = keys_of(
        [Signs(link="https://a.example/log#v1", title="1"), Signs(link="https://a.example/log#v2", title="2")]
    )

    assert len(set(keys)) == 2


def test_a_guid_without_end_is_named_by_its_hash() -> None:
    assert len(keys_of([Signs(guid="g" * 10_000)])[0]) <= LONGEST_KEY


signs = st.builds(
    Signs,
    guid=st.sampled_from(["", "g", "h"]),
    link=st.sampled_from(["", "https://a.example/1", "https://a.example/2#x"]),
    title=st.sampled_from(["", "T", "U"]),
    words=st.sampled_from(["", "w"]),
)


@given(st.lists(signs))
def test_every_entry_has_a_key_whatever_it_lacks(entries: list[Signs]) -> None:
    assert all(keys_of(entries))


@given(st.lists(signs), st.randoms())
def test_the_order_of_a_document_changes_no_key(entries: list[Signs], random: object) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert dict(zip(entries, keys_of(entries), strict=True)) == dict(zip(shuffled, keys_of(shuffled), strict=True))
