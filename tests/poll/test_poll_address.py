import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.poll.address import BadAddressError, address_of, moved, without_credentials


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("  https://Example.com/feed \n", "https://example.com/feed"),
        ("http://example.com:80/a/../b#part", "http://example.com/b"),
        ("http://example.com:8081/x?y=1", "http://example.com:8081/x?y=1"),
        ("https://bücher.example/fünf", "https://xn--bcher-kva.example/f%C3%BCnf"),
        ("http://under_score.example/", "http://under_score.example/"),
        ("http://8.8.8.8/feed", "http://8.8.8.8/feed"),
        ("http://[2606:4700::1]/feed", "http://[2606:4700::1]/feed"),
        ("http://[2606:4700:0:0:0:0:0:1]/feed", "http://[2606:4700::1]/feed"),
        ("http://example.com./feed", "http://example.com./feed"),
    ],
)
def test_an_address_is_made_canonical(text: str, canonical: str) -> None:
    assert str(address_of(text)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("example.com/feed", id="no scheme"),
        pytest.param("ftp://example.com/feed", id="ftp"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("feed://example.com/feed", id="the feed scheme"),
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param("http:///feed", id="no host"),
        pytest.param("http://2130706433/", id="decimal host"),
        pytest.param("http://0x7f000001/", id="hex host"),
        pytest.param("http://0177.0.0.1/", id="octal host"),
        pytest.param("http://127.1/", id="short host"),
        pytest.param("http://127.0.0.0x1/", id="hex part"),
        pytest.param("http://1.2.3.4.5/", id="five numbers"),
        pytest.param("http://999.1.1.1/", id="number too large"),
        pytest.param("http://exa mple.com/", id="space in the host"),
        pytest.param("http://example.com:0/", id="port zero"),
        pytest.param("http://example.com:65536/", id="port too large"),
        pytest.param("http://example.com:http/", id="port in words"),
        pytest.param("http://exam\tple.com/", id="tab"),
        pytest.param("http://example.com/\r\nX-Evil: 1", id="header injection"),
        pytest.param("http://example.com/\x00", id="NUL"),
        pytest.param("http://example.com/\u2028x", id="line separator"),
        pytest.param("http://" + "a" * 64 + ".example/", id="label too long"),
        pytest.param("http://" + "a.b" * 90 + ".example/", id="name too long"),
        pytest.param("http://example.com/" + "a" * 9000, id="too long"),
        pytest.param("http://[::1/", id="bracket open"),
        pytest.param("http://[fe80::1%25eth0]/", id="zone"),
        pytest.param("http://ex%61mple.com/", id="percent in the host"),
        pytest.param("http://a..b/", id="empty label"),
        pytest.param("http://-a.example/", id="hyphen first"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(BadAddressError) as caught:
        address_of(text)

    assert str(caught.value)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/new", "https://example.com/new"),
        ("new?x=1", "https://example.com/a/new?x=1"),
        ("//other.example/f", "https://other.example/f"),
        ("http://other.example/f#x", "http://other.example/f"),
        ("https://me:secret@other.example/f", "https://other.example/f"),
        ("/caf\u00e9", "https://example.com/caf%C3%A9"),
    ],
)
def test_a_redirect_is_read_relative_to_who_sent_it_and_never_brings_credentials(location: str, target: str) -> None:
    assert str(moved(address_of("https://me:secret@example.com/a/feed"), location)) == target


@pytest.mark.parametrize(
    "location", ["", "  ", "ftp://x.example/", "http://", "http://[::1", "/a\r\nb", "http://127.1/"]
)
def test_a_redirect_that_leads_nowhere_is_refused(location: str) -> None:
    with pytest.raises(BadAddressError):
        moved(address_of("https://example.com/feed"), location)


def test_credentials_are_not_shown() -> None:
    assert str(without_credentials(address_of("https://me:p%40ss@example.com/f"))) == "https://example.com/f"


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_an_address_or_refused(text: str, location: str) -> None:
    for candidate in (text, "http://" + text, "http://host.example/" + text):
        try:
            url = address_of(candidate)
            moved(url, location)
        except BadAddressError:
            continue

        assert url.scheme in {"http", "https"}
        assert all(0x21 <= ord(letter) < 0x7F for letter in str(url))
