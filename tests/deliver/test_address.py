import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.deliver.address import domain_of, normalise, suppression_hash
from dailyten.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "known_as"),
    [
        pytest.param("ann@example.com", "ann@example.com", id="as it is"),
        pytest.param("  Ann.B+news@Example.COM ", "ann.b+news@example.com", id="capitals and blanks around"),
        pytest.param("ann@bücher.example.org", "ann@xn--bcher-kva.example.org", id="a domain beyond ASCII"),
    ],
)
def test_an_address_has_one_spelling(typed: str, known_as: str) -> None:
    assert normalise(typed) == known_as
    assert normalise(known_as) == known_as


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "ann@",
        "@example.com",
        "ann@localhost",
        "ann@example.test",
        "ann@[127.0.0.1]",
        '"ann b"@example.com',
        "Ann <ann@example.com>",
        "ann@example.com,bob@example.com",
        "änn@example.com",
        "ann@example.com\r\nBcc: bob@example.com",
        "ann@example.com\n",
        "ann\x00@example.com",
        "a" * 65 + "@example.com",
        "ann@" + "b" * 250 + ".com",
    ],
)
def test_what_is_no_address_is_refused_with_what_came(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        normalise(typed)

    assert repr(typed.strip(" ")[:100]) in refused.value.came or repr(typed[:100]) in refused.value.came


@given(st.text(max_size=40) | st.emails())
def test_whatever_is_typed_what_is_taken_may_stand_in_a_header(typed: str) -> None:
    try:
        address = normalise(typed)
    except BadInput:
        return

    assert address.isascii()
    assert address.isprintable()
    assert not set(address) & set(' ,;:<>()[]"\\')
    assert address.count("@") == 1
    assert normalise(address) == address


def test_two_spellings_are_suppressed_together() -> None:
    assert suppression_hash("Ann@Example.com") == suppression_hash("ann@example.com")
    assert "ann" not in suppression_hash("ann@example.com")


def test_the_domain_is_what_follows_the_at_sign() -> None:
    assert domain_of("ann@mail.example.com") == "mail.example.com"
