from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dailyten.errors import BadFeedList, BadInput, NotFound
from dailyten.feedlist.edit import Opml
from dailyten.feedlist.read import read
from dailyten.model.feed import Feed, feed_id_of

OURS = (Path(__file__).parent / "opml" / "ours.opml").read_bytes()
ALPHA, BETA, GAMMA = (f"https://{name}.example/feed" for name in ("alpha", "beta", "gamma"))
ALPHA += "?a=1&b=2"


def feed(address: str = "https://new.example/feed?a=1&b=2", title: str = "New", category: str = "") -> Feed:
    return Feed(feed_id=feed_id_of(address), address=address, title=title, category=category)


def opml(body: bytes = OURS) -> Opml:
    return Opml.of(body, name="feeds.opml")


def is_one_piece_longer(longer: bytes, shorter: bytes) -> bool:
    """Say whether one piece put in somewhere makes the shorter the longer."""
    piece = len(longer) - len(shorter)
    return any(
        longer[:at] == shorter[:at] and longer[at + piece :] == shorter[at:]
        for at in range(len(shorter) + 1)
        if at == 0 or longer[at - 1] == shorter[at - 1]
    )


def test_a_list_that_nobody_edits_keeps_every_byte() -> None:
    assert opml().to_bytes() == OURS


def test_a_new_feed_is_laid_out_as_its_neighbours_behind_the_comment_of_their_line() -> None:
    after = opml().add(feed(title='"Tom" & <Jerry>\'s')).to_bytes()

    assert after == OURS.replace(
        b"<!-- at the end -->",
        b"<!-- at the end -->\n\t\t<outline text='\"Tom\" &amp; &lt;Jerry&gt;&apos;s' "
        b"title='\"Tom\" &amp; &lt;Jerry&gt;&apos;s' type='rss' xmlUrl='https://new.example/feed?a=1&amp;b=2' />",
    )


def test_a_new_feed_goes_into_the_group_that_its_category_names() -> None:
    after = opml().add(feed(category="News")).to_bytes()

    new = b"\n\t\t\t<outline text='New' title='New' type='rss' xmlUrl='https://new.example/feed?a=1&amp;b=2' />"
    assert after == OURS.replace(b"'0123456789abcdef' />", b"'0123456789abcdef' />" + new)


def test_a_new_feed_without_its_group_carries_the_category_as_an_attribute() -> None:
    added = opml().add(feed(category="Nowhere yet"))

    assert read(added.to_bytes(), name="f").feeds[-1].category == "Nowhere yet"


def test_a_new_feed_goes_into_an_empty_group() -> None:
    after = opml().add(feed(category="Empty")).to_bytes()

    assert b"<outline text='Empty'>\n\t\t\t<outline text='New'" in after
    assert read(after, name="f").feeds[-2].category == "Empty"


@pytest.mark.parametrize("body", ["<body/>", "<body></body>", "<body>\n</body>", "<body />"])
def test_the_first_feed_opens_an_empty_body(body: str) -> None:
    added = opml(f"<opml>\n  <head/>\n  {body}\n</opml>".encode()).add(feed())

    assert "\n    <outline text=" in added.sheet.text
    assert read(added.to_bytes(), name="f").feeds[0].address == feed().address


def test_what_is_listed_already_is_refused() -> None:
    with pytest.raises(BadInput, match="listed already"):
        opml().add(feed("https://GAMMA.example:443/feed"))


def test_a_feed_that_is_commented_out_is_listed_all_the_same_and_its_group_takes_no_new_one() -> None:
    old = '<outline text="Old" isComment="true"><outline text="A" xmlUrl="https://a.example/feed"/></outline>'
    body = f'<opml version="2.0"><body>\n{old}\n<outline text="B" xmlUrl="https://b.example/feed"/>\n</body></opml>'

    with pytest.raises(BadInput, match="marked as a comment"):
        opml(body.encode()).add(feed("https://a.example/feed"))
    added = opml(body.encode()).add(feed(category="Old")).to_bytes()

    assert [each.title for each in read(added, name="f").feeds] == ["B", "New"]


def test_an_address_that_cannot_be_listed_is_refused() -> None:
    with pytest.raises(BadInput, match="must begin with https"):
        opml().add(feed("gopher://new.example/"))


def test_the_old_address_of_a_moved_feed_cannot_be_listed_beside_it() -> None:
    moved = opml().replace_address(GAMMA, "https://gamma.example/new")

    with pytest.raises(BadInput, match="listed already"):
        moved.add(feed(GAMMA))


def test_the_weight_of_a_new_feed_uses_the_prefix_that_the_file_has() -> None:
    after = opml().add(replace(feed(), weight=0.8, title_only=True))

    assert b"d:weight='0.8' d:titleOnly='true' />" in after.to_bytes()


def test_our_namespace_is_declared_once_when_it_is_first_needed() -> None:
    body = b'<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/f"/></body></opml>'
    after = opml(body).set_weight("https://a.example/f", 0.5).set_title_only("https://a.example/f", title_only=True)

    assert after.to_bytes() == (
        b'<opml version="2.0" xmlns:dailyten="https://dailyten.example/opml"><body><outline text="A" '
        b'xmlUrl="https://a.example/f" dailyten:weight="0.5" dailyten:titleOnly="true"/></body></opml>'
    )


def test_a_prefix_that_means_something_else_is_left_alone() -> None:
    body = b'<opml xmlns:dailyten="urn:x"><body><outline text="A" xmlUrl="https://a.example/f"/></body></opml>'
    after = opml(body).set_weight("https://a.example/f", 2).to_bytes()

    assert read(after, name="f").feeds[0].weight == 2
    assert b'xmlns:dailyten="urn:x"' in after


def test_removing_takes_the_line_and_leaves_the_comments() -> None:
    after = opml().remove(GAMMA).to_bytes()

    assert after == OURS.replace(b"<outline text='Gamma' xmlUrl='https://gamma.example/feed' category='Loose' />", b"")
    assert opml().remove(BETA).to_bytes() == b"\n".join(line for line in OURS.split(b"\n") if b"Beta" not in line)


def test_removing_takes_every_outline_of_a_feed() -> None:
    twice = OURS.replace(
        b"</outline>\n\t</body>", b"</outline><outline xmlUrl='https://gamma.example/feed'/>\n\t</body>"
    )
    twice = twice.replace(
        b"\t<outline text='Empty'>", b"\t<outline xmlUrl='https://gamma.example:443/feed'/><outline text='Empty'>"
    )

    assert b"gamma.example" not in opml(twice).remove(GAMMA).to_bytes()


def test_a_feed_that_holds_other_outlines_is_not_removed_with_them() -> None:
    body = b'<opml><body><outline text="A" xmlUrl="https://a.example/f"><outline text="B"/></outline></body></opml>'

    with pytest.raises(BadInput, match="holds other outlines"):
        opml(body).remove("https://a.example/f")


def test_an_unknown_feed_is_named() -> None:
    with pytest.raises(NotFound, match=r"nobody\.example"):
        opml().remove("https://nobody.example/")


def test_a_feed_is_found_by_its_id_too() -> None:
    assert opml().find("0123456789abcdef") == opml().find(BETA)


def test_moving_carries_the_outline_as_it_stands() -> None:
    after = opml().move(ALPHA, "Empty").to_bytes()

    tag = OURS[OURS.index(b"<outline   text='Alpha") : OURS.index(b" <!-- behind alpha")]
    assert b"<outline text='Empty'>\n\t\t\t" + tag + b"\n\t\t</outline>" in after
    assert b"\n\t\t\t<!-- behind alpha -->" in after
    assert sorted(feed.address for feed in read(after, name="f").feeds) == [ALPHA, BETA, GAMMA]


def test_moving_takes_a_category_attribute_along() -> None:
    moved = read(opml().move(GAMMA, "News").to_bytes(), name="f").feeds

    assert [(feed.title, feed.category) for feed in moved] == [
        ("Alpha & Omega", "News"),
        ("Beta", "News"),
        ("Gamma", "News"),
    ]


def test_moving_to_where_it_is_changes_nothing() -> None:
    assert opml().move(BETA, "News").to_bytes() == OURS


def test_moving_into_a_group_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFound, match="no group"):
        opml().move(BETA, "Nowhere")


def test_a_new_title_changes_text_and_title_and_keeps_their_quotes() -> None:
    after = opml().set_title(ALPHA, "A \"b\" 'c'").to_bytes()

    assert after == OURS.replace(
        b"text='Alpha &amp; Omega' title=\"Alpha &amp; Omega\"",
        b"text='A \"b\" &apos;c&apos;' title=\"A &quot;b&quot; 'c'\"",
    )


def test_a_home_page_is_named_and_taken_away() -> None:
    named = opml().set_home(BETA, "https://beta.example/?a&b")

    assert b"d:id='0123456789abcdef' htmlUrl='https://beta.example/?a&amp;b' />" in named.to_bytes()
    assert named.set_home(BETA, "").to_bytes() == OURS


def test_a_list_without_a_body_takes_no_new_feed() -> None:
    with pytest.raises(BadFeedList, match="no <body>"):
        opml(b"<opml/>").add(feed())


def test_a_group_is_found_by_its_path_or_by_its_name_alone() -> None:
    body = (
        b'<opml><body><outline text="A"><outline text="X"></outline><outline text="Y"></outline></outline>'
        b'<outline text="B"><outline text="X"></outline></outline></body></opml>'
    )

    def category(named: str) -> str:
        return read(opml(body).add(feed(category=named)).to_bytes(), name="f").feeds[0].category

    assert [category(named) for named in ("B/X", "Y", "X", "/A/X/")] == ["B/X", "A/Y", "X", "A/X"]


def test_a_weight_is_set_changed_and_taken_away_without_touching_the_rest() -> None:
    assert opml().set_weight(ALPHA, 1.5).to_bytes() == OURS.replace(b"d:weight='0.5'", b"d:weight='1.5'")
    assert opml().set_weight(ALPHA, 1).to_bytes() == OURS.replace(b" d:weight='0.5'", b"")
    assert opml().set_weight(GAMMA, 2).to_bytes() == OURS.replace(b"'Loose'", b"'Loose' d:weight='2'")
    with pytest.raises(BadInput):
        opml().set_weight(ALPHA, 6)


def test_a_new_address_keeps_the_identity_of_the_feed() -> None:
    after = opml().replace_address(GAMMA, "https://new.example/gamma").to_bytes()
    moved = read(after, name="f").feeds[-1]

    assert (moved.address, moved.feed_id) == ("https://new.example/gamma", feed_id_of(GAMMA))
    assert opml(after).replace_address("https://new.example/gamma", GAMMA).to_bytes() == OURS


def test_a_new_address_that_another_feed_has_is_refused() -> None:
    with pytest.raises(BadInput, match="listed already"):
        opml().replace_address(GAMMA, BETA)


def test_new_letters_are_spelt_so_that_the_encoding_holds_them() -> None:
    body = '<?xml version="1.0" encoding="windows-1251"?><opml><body><outline text="\u041d" xmlUrl="https://a.example/f"/></body></opml>'
    after = opml(body.encode("windows-1251")).add(feed(title="\u041e \u65b0")).to_bytes()

    assert [each.title for each in read(after, name="f").feeds] == ["\u041d", "\u041e \u65b0"]
    assert after.startswith(body.encode("windows-1251")[:90])


def test_a_mark_and_its_encoding_stay() -> None:
    body = b"\xff\xfe" + OURS.decode().replace("UTF-8", "UTF-16").encode("utf-16-le")
    after = opml(body).add(feed()).remove(feed().address).to_bytes()

    assert after == body


def test_a_list_with_a_bad_address_can_be_mended_by_an_edit() -> None:
    body = OURS.replace(b"https://beta", b"gopher://beta")

    with pytest.raises(BadFeedList):
        read(body, name="f")
    assert len(read(opml(body).remove("0123456789abcdef").to_bytes(), name="f").feeds) == 2


def test_a_file_that_is_no_xml_cannot_be_edited() -> None:
    with pytest.raises(BadFeedList, match=r"feeds\.opml:1:"):
        opml(b"<opml><body><outline text='a & b'/></body></opml>")


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda word: word.strip()
)
spaces = st.sampled_from(["", " ", "\n", "\n  ", "\r\n\t", "\n\n    ", "\t"])
comments = st.sampled_from(["", "", "<!-- a & b -->", " <!-- behind -->", "\n<!-- two\nlines -->"])


@st.composite
def attributes(draw: st.DrawFn, number: int) -> str:
    quote = draw(st.sampled_from("'\""))
    gap = draw(st.sampled_from([" ", "  ", "\n      ", "\r\n\t"]))
    text = draw(words).replace("&", "&amp;").replace("<", "&lt;").replace(quote, "&#34;" if quote == '"' else "&#39;")
    address = draw(st.sampled_from(["xmlUrl", "xmlurl", "XMLURL"]))
    more = draw(st.sampled_from(["", f"{gap}x:kept={quote}1 > 0{quote}", f"{gap}isComment={quote}false{quote}"]))
    return f"{gap}text={quote}{text}{quote}{gap}{address} = {quote}https://h{number}.example/f?a&amp;b{quote}{more}"


@st.composite
def lists(draw: st.DrawFn) -> bytes:
    """Draw a list in some hand's layout: groups, comments, quotes, blanks and line ends as they come."""
    written, number = [], 0
    for group in range(draw(st.integers(0, 3))):
        inside = []
        for _ in range(draw(st.integers(0, 3))):
            closing = draw(st.sampled_from(["/>", " />", "></outline>", ">\n</outline >"]))
            inside.append(f"{draw(spaces)}<outline{draw(attributes(number))}{closing}{draw(comments)}")
            number += 1
        opened = f"{draw(spaces)}<outline text='Group {group}'>"
        is_loose = draw(st.booleans()) or not inside
        written += inside if is_loose else [opened, *inside, draw(spaces), "</outline>", draw(comments)]
    last = f"{draw(spaces)}<outline{draw(attributes(number))}/>{draw(comments)}"
    body = f"<body>{''.join(written)}{last}{draw(spaces)}</body>"
    declaration = draw(st.sampled_from(["", '<?xml version="1.0"?>\n', "<?xml version='1.0' encoding='UTF-8' ?>\r\n"]))
    return f"{declaration}<opml version='2.0' xmlns:x='urn:x'>{body}\n</opml>{draw(comments)}".encode()


@settings(deadline=None)
@given(lists(), words, st.sampled_from(["", "Group 0", "Group 1", "Other"]))
def test_adding_and_removing_gives_the_bytes_of_before(body: bytes, title: str, category: str) -> None:
    new = feed(title=title, category=category)
    added = opml(body).add(new)

    assert added.remove(new.feed_id).to_bytes() == body
    assert new.address in {each.address for each in read(added.to_bytes(), name="f").feeds}


@settings(deadline=None)
@given(lists(), words)
def test_adding_puts_in_one_piece_and_touches_nothing_else(body: bytes, title: str) -> None:
    after = opml(body).add(feed(title=title)).to_bytes()

    assert is_one_piece_longer(after, body)


@settings(deadline=None)
@given(lists(), st.data())
def test_removing_takes_one_feed_and_leaves_the_others_as_they_were(body: bytes, data: st.DataObject) -> None:
    before = read(body, name="f").feeds
    gone = data.draw(st.sampled_from(before))
    if len(before) == 1:
        return
    after = opml(body).remove(gone.address).to_bytes()

    assert read(after, name="f").feeds == tuple(each for each in before if each != gone)
    assert is_one_piece_longer(body, after)


@settings(deadline=None)
@given(lists(), words, st.data())
def test_a_new_title_changes_one_value(body: bytes, title: str, data: st.DataObject) -> None:
    before = read(body, name="f").feeds
    chosen = data.draw(st.sampled_from(before))
    after = opml(body).set_title(chosen.address, title).to_bytes()

    expected = tuple(replace(each, title=" ".join(title.split())) if each == chosen else each for each in before)
    assert read(after, name="f").feeds == expected
    start = opml(body).find(chosen.address).attributes[0].value_start
    assert opml(after).sheet.text[:start] == opml(body).sheet.text[:start]


@settings(deadline=None)
@given(lists(), st.data())
def test_moving_keeps_every_feed_and_the_outline_itself(body: bytes, data: st.DataObject) -> None:
    before = opml(body)
    chosen = data.draw(st.sampled_from(before.outlines))
    group = data.draw(st.sampled_from(["", *before.groups]))
    address = chosen.value("xmlUrl")
    after = before.move(address, group)

    tag = before.sheet.text[chosen.start : chosen.end]
    assert after.sheet.text.count(tag) == before.sheet.text.count(tag)
    assert len(after.outlines) == len(before.outlines)
    moved = after.find(address)
    assert after.sheet.elements[moved.parent].value("text") == group


@settings(deadline=None)
@given(lists(), st.data(), st.sampled_from([0.0, 0.25, 2.0, 5.0]))
def test_a_weight_set_and_taken_away_leaves_only_the_namespace(body: bytes, data: st.DataObject, weight: float) -> None:
    chosen = data.draw(st.sampled_from(read(body, name="f").feeds))
    weighted = opml(body).set_weight(chosen.address, weight)

    assert {each.weight for each in read(weighted.to_bytes(), name="f").feeds if each.address == chosen.address} == {
        weight
    }
    declaration = b" xmlns:dailyten='https://dailyten.example/opml'"
    assert weighted.set_weight(chosen.address, 1).to_bytes().replace(declaration, b"") == body
