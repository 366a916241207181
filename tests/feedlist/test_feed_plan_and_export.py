from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dailyten.feedlist.export import export
from dailyten.feedlist.plan import plan
from dailyten.feedlist.read import lint, read
from dailyten.model.feed import Feed, feed_id_of

ROOT = Path(__file__).parents[2]


def feed(name: str, **more: str) -> Feed:
    address = f"https://{name}.example/feed"
    return Feed(feed_id=feed_id_of(address), address=address, title=name.title(), **more)  # type: ignore[arg-type]


A, B, C = feed("a"), feed("b"), feed("c")


def test_equal_lists_plan_nothing_whatever_their_order() -> None:
    assert not plan([A, B], [B, A])
    assert str(plan([A], [A])) == "Nothing changes."


def test_a_plan_reads_as_a_diff() -> None:
    moved = replace(B, address="https://b.example/new")
    changed = replace(C, weight=0.5, title_only=True)

    assert str(plan([A, B, C], [moved, changed, feed("d")])).splitlines() == [
        "- A  https://a.example/feed",
        "+ D  https://d.example/feed",
        "> B  https://b.example/feed -> https://b.example/new",
        "~ C  weight: 1 -> 0.5",
        "~ C  title_only: no -> yes",
    ]


def test_an_address_changed_by_hand_is_asked_about() -> None:
    by_hand = replace(feed("a"), address="https://a.example/new", feed_id=feed_id_of("https://a.example/new"))
    planned = plan([A], [by_hand])

    assert [(move.before, move.after) for move in planned.perhaps_moved] == [(A, by_hand)]
    assert f'dailyten:id="{A.feed_id}"' in str(planned)


def test_feeds_with_one_home_page_may_be_one_feed() -> None:
    here = feed("old", home_url="https://home.example/")
    there = feed("elsewhere", home_url="https://home.example")

    assert plan([here], [there]).perhaps_moved
    assert not plan([feed("old")], [feed("new")]).perhaps_moved


def test_an_export_is_plain_opml_with_a_group_for_each_category() -> None:
    feeds = [feed("a", category="One & two"), B, feed("c", category="One & two", home_url="https://c.example/")]

    assert export(feeds, "My <list>").decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head>\n    <title>My &lt;list&gt;</title>\n'
        '  </head>\n  <body>\n    <outline text="One &amp; two" title="One &amp; two">\n'
        '      <outline type="rss" text="A" title="A" xmlUrl="https://a.example/feed"/>\n'
        '      <outline type="rss" text="C" title="C" xmlUrl="https://c.example/feed" htmlUrl="https://c.example/"/>\n'
        '    </outline>\n    <outline type="rss" text="B" title="B" xmlUrl="https://b.example/feed"/>\n'
        "  </body>\n</opml>\n"
    )


titles = st.text(min_size=1, max_size=20).map(lambda text: "".join(c if c.isprintable() else " " for c in text))


@settings(deadline=None)
@given(
    st.lists(st.tuples(titles.filter(str.strip), st.sampled_from(["", "News", "A/B", "Q&A"])), min_size=1, max_size=8)
)
def test_what_is_exported_is_read_back_clean(named: list[tuple[str, str]]) -> None:
    feeds = [
        replace(feed(f"h{place}", category=category), title=" ".join(title.split()))
        for place, (title, category) in enumerate(named)
    ]
    body = export(feeds)

    assert lint(body, "export.opml") == ()
    assert sorted(read(body, name="e").feeds, key=lambda each: each.address) == sorted(
        feeds, key=lambda each: each.address
    )


def test_our_own_list_holds_ten_feeds_and_reads_clean() -> None:
    body = (ROOT / "feeds.opml").read_bytes()
    ours = read(body, name="feeds.opml")

    assert ours.warnings == ()
    assert len(ours.feeds) == 10
    assert all(each.title and each.home_url and each.category and each.weight > 0 for each in ours.feeds)
    assert {each.weight for each in ours.feeds if each.category == "Tool makers"} == {0.8}
