from pathlib import Path
from urllib.parse import quote

import pytest

from dailyten.feedlist.export import export
from dailyten.model.feed import Feed, feed_id_of
from dailyten.pipeline.making import Made
from dailyten.pipeline.publishing import publish_site
from dailyten.poll.outcomes import Good
from tests.journeys.digest_in_hand import Digest

REAL = Path(__file__).parents[2].parent / "shared" / "feeds" / "real"


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the real documents are not beside this checkout")
def test_a_morning_with_hundreds_of_real_documents(digest: Digest) -> None:
    """Each is served once as published; all are read, kept, told and rendered, and a second reading brings nothing."""
    paths = sorted(path for path in REAL.rglob("*") if path.is_file())
    feeds = []
    for path in paths:
        address = digest.server.publish(
            f"/{quote(str(path.relative_to(REAL)))}", path.read_bytes(), content_type="text/xml"
        )
        feeds.append(Feed(feed_id=feed_id_of(address), address=address, title=path.name))
    (digest.folder / "feeds.opml").write_bytes(export(feeds))

    with digest.parts.store() as store:
        polled = digest.poll(store)
        made = digest.make(store)
        again = digest.poll(store)
        publish_site(store, digest.parts.press(digest.parts.pack()), digest.clock())

    unread = {each.feed.title: each.detail for each in polled if not isinstance(each.outcome, Good)}
    assert len(polled) == len(paths)
    assert unread == {}
    assert sum(each.new_entries for each in polled) > 20 * len(paths)
    assert sum(each.new_entries for each in again) == 0
    assert isinstance(made, Made)
    assert made.edition.places
    assert (digest.site / "index.html").stat().st_size > 10_000
