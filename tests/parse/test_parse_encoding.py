import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.parse.encoding import claims, decode
from dailyten.parse.tidy import encoded_once, is_encoded_twice, on_one_line, tidied, without_control


@given(st.binary())
def test_any_bytes_become_text(body: bytes) -> None:
    assert isinstance(decode(body).text, str)


@given(st.text())
def test_utf_8_is_read_back(text: str) -> None:
    clean = text.replace("\x00", "").encode("utf-8", "ignore").decode()

    assert decode(b"<" + clean.encode()).text == "<" + clean


@pytest.mark.parametrize(
    "claimed", ["utf-16", "idna", "rot13", "base64", "nonsense", "../etc/passwd", "unicode_escape"]
)
def test_a_claim_that_cannot_be_meant_is_no_claim(claimed: str) -> None:
    body = f'<?xml version="1.0" encoding="{claimed}"?><a>größe</a>'.encode()

    assert "größe" in decode(body).text


def test_the_documents_claim_is_believed_before_a_servers_western_default() -> None:
    body = '<?xml version="1.0" encoding="koi8-r"?><a>хлеб</a>'.encode("koi8-r")

    assert "хлеб" in decode(body, "text/xml; charset=ISO-8859-1").text


def test_the_servers_claim_is_believed_where_it_says_more_than_a_default() -> None:
    body = '<?xml version="1.0" encoding="iso-8859-1"?><a>хлеб</a>'.encode("koi8-r")

    assert "хлеб" in decode(body, 'text/xml; charset="koi8-r"').text


@pytest.mark.parametrize("name", ["cp037", "cp500", "cp1140"])
def test_a_document_from_a_mainframe_is_read_in_the_code_page_that_it_names(name: str) -> None:
    assert "!größe!" in decode(f'<?xml version="1.0" encoding="{name}"?><a>!größe!</a>'.encode(name)).text


def test_a_document_from_a_mainframe_that_names_no_code_page_is_read_in_the_usual_one() -> None:
    assert "<a>size</a>" in decode('<?xml version="1.0"?><a>size</a>'.encode("cp037")).text


def test_claims_are_given_by_pythons_names() -> None:
    assert claims(b"<?xml version='1.0' encoding='ISO-8859-1' ?>", "text/xml;charset=UTF8") == ("iso8859-1", "utf-8")


def test_text_encoded_twice_is_repaired_only_where_all_of_it_was() -> None:
    assert encoded_once("Gr\u00c3\u00b6\u00c3\u0178e") == "Größe"
    assert encoded_once("Gr\u00c3\u00b6\u00c3\u0178e und größer") == "Gr\u00c3\u00b6\u00c3\u0178e und größer"
    assert is_encoded_twice("it\u00e2\u20ac\u2122s")
    assert not is_encoded_twice("NÃO, ÂNGULO, à la carte")


@given(st.text())
def test_tidy_text_stays_as_it_is(text: str) -> None:
    once = without_control(text)

    assert without_control(once) == once
    assert on_one_line(on_one_line(text)) == on_one_line(text)


@given(st.text())
def test_a_document_is_tidied_once_and_for_all(text: str) -> None:
    clean = text.encode("utf-8", "ignore").decode()
    once, _ = tidied(clean)

    assert tidied(once)[0] == once


@pytest.mark.parametrize(
    "text", ["it&#226;&#128;&#153;s", "Gr&#195;&#182;&#195;&#159;e", "&amp;#226;&amp;#128;&amp;#153;"]
)
def test_references_may_be_what_was_encoded_twice(text: str) -> None:
    assert tidied(text)[1]


def test_references_to_windows_characters_are_no_sign_of_it() -> None:
    assert not tidied("it&#146;s 5&#128; &#233;&#133;")[1]


def test_references_to_ordinary_characters_stay() -> None:
    assert tidied("&#8217; &#x41; &amp;#8230; &#10;")[0] == "&#8217; &#x41; &amp;#8230; &#10;"
