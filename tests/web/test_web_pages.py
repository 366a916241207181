"""The web service by a browser's requests: what each page does, and what it never does."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx2
import pytest

from dailyten.feedback.tokens import Purpose
from dailyten.model.consent import CONSENT_VERSION, Door
from dailyten.model.edition import Edition
from dailyten.model.subscriber import Membership, Wishes
from dailyten.pipeline.joining import change_wishes
from dailyten.store import Store, Transaction
from tests.contract.test_contract_outbox import EDITION
from tests.web.open_house import LINK, PUBLIC, House, open_house

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def everything(store: Store) -> tuple[object, ...]:
    """Look at all that a page could change."""
    with store.reading() as db:
        people = tuple(db.subscribers.in_membership())
        return (
            people,
            tuple(db.consents.of(each.subscriber_id) for each in people),
            tuple(db.feedback.votes_of(each.subscriber_id) for each in people),
            tuple(db.outbox.of(each.subscriber_id) for each in people),
            db.asks.of("ann@shop.example"),
            db.asks.knocks(EDITION.built_at - timedelta(days=999)),
        )


def frozen(db: Transaction) -> Edition:
    db.editions.freeze(EDITION)
    return EDITION


def test_from_the_form_over_the_mailbox_onto_the_list(house: House) -> None:
    filled = house.form("Ann@Shop.example", networks=["instagram", "facebook"], goals=["sell"], days="weekdays")
    asked = house.browser.post("/subscribe", data=filled)
    house.deliver()
    shown = house.browser.get(house.link("confirm"))
    confirmed = house.browser.post(house.link("confirm"))
    again = house.browser.post(house.link("confirm"))

    assert (asked.status_code, asked.headers["location"]) == (303, "/subscribe/asked")
    assert "Facebook, Instagram" in shown.text
    assert (confirmed.status_code, again.status_code) == (200, 410)
    with house.store.reading() as db:
        ann = db.subscribers.with_address("ann@shop.example")
    assert ann is not None
    assert ann.membership is Membership.ACTIVE
    assert ann.wishes == Wishes(
        networks=("facebook", "instagram"), goals=("sell",), minutes=10, days="weekdays", zone="Europe/Berlin"
    )


def test_the_confirm_mail_holds_nothing_that_was_typed(house: House) -> None:
    house.browser.post("/subscribe", data=house.form("buy.cheap.pills@shop.example", name="Buy now http://x.example"))
    house.deliver()

    mail = house.digest.sink.messages()[-1]
    assert "pills" not in house.last_mail()
    assert "x.example" not in mail.as_string()
    assert mail["To"] == "buy.cheap.pills@shop.example"
    assert (mail["Precedence"], mail["List-Id"], mail["Auto-Submitted"]) == (None, None, "auto-generated")


def test_get_never_changes_anything(house: House) -> None:
    ann = house.reader()
    house.browser.post("/subscribe", data=house.form("ann@shop.example"))
    house.deliver()
    with house.store.writing() as db:
        edition = frozen(db)
    before = everything(house.store)

    paths = ["/", "/subscribe", "/subscribe/asked", house.link("confirm"), "/healthz", "/metrics", "/api/choices"]
    paths += [f"/preferences/{house.token(Purpose.PREFERENCES, ann.subscriber_id)}{more}" for more in ("", "/record")]
    paths += [f"/pause/{house.token(Purpose.PAUSE, ann.subscriber_id)}?days=7&act=pause"]
    paths += [
        f"/unsubscribe/{house.token(Purpose.UNSUBSCRIBE, ann.subscriber_id)}?act=leave&List-Unsubscribe=One-Click"
    ]
    vote = house.token(Purpose.VOTE, ann.subscriber_id, edition.edition_id)
    paths += [f"/vote/{vote}?story=any&kind=more", f"/api/record/{house.token(Purpose.PREFERENCES, ann.subscriber_id)}"]
    for path in paths:
        for method in ("GET", "HEAD"):
            assert house.browser.request(method, path).status_code in (200, 404, 405)

    assert everything(house.store) == before


def test_a_scanner_that_opens_every_link_of_a_mail_changes_nothing(house: House) -> None:
    house.reader()
    house.digest.morning(house.store)
    house.deliver()
    message = house.digest.sink.messages()[-1]
    texts = [str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text"]
    paths = {
        unescape(path).rstrip(">") for text in (*texts, message["List-Unsubscribe"]) for path in LINK.findall(text)
    }
    before = everything(house.store)

    doors = {path.split("/")[1] for path in paths}
    answers = {house.browser.request(way, path).status_code for path in paths for way in ("GET", "HEAD")}

    assert {"unsubscribe", "preferences", "pause", "view", "vote"} <= doors
    assert answers <= {200, 404, 405}
    assert everything(house.store) == before


def test_one_click_ends_the_mail_without_cookie_login_or_redirect_and_may_be_pressed_twice(house: House) -> None:
    ann = house.reader()
    path = f"/unsubscribe/{house.token(Purpose.UNSUBSCRIBE, ann.subscriber_id)}"
    as_form = house.browser.post(path, data=ONE_CLICK)
    as_parts = house.browser.post(path, files={"List-Unsubscribe": (None, "One-Click")})

    assert (as_form.status_code, as_parts.status_code) == (200, 200)
    assert "set-cookie" not in as_form.headers
    assert house.now(ann).membership is Membership.UNSUBSCRIBED
    with house.store.writing() as db:
        db.subscribers.erase(ann.subscriber_id, house.clock())
    assert house.browser.post(path, data=ONE_CLICK).status_code == 200


@pytest.mark.parametrize("kind", ["", "text/plain", "application/octet-stream", "Application/X-WWW-Form-URLEncoded"])
def test_a_mail_program_that_names_its_farewell_wrongly_is_understood(house: House, kind: str) -> None:
    ann = house.reader()
    path = f"/unsubscribe/{house.token(Purpose.UNSUBSCRIBE, ann.subscriber_id)}"
    head = {"content-type": kind} if kind else {}

    answer = house.browser.post(path, content=b"List-Unsubscribe=One-Click\r\n", headers=head)

    assert answer.status_code == 200
    assert house.now(ann).membership is Membership.UNSUBSCRIBED


def test_a_farewell_counts_before_the_next_message_and_can_be_taken_back(house: House) -> None:
    ann, bob = house.reader(), house.reader("bob@shop.example")
    with ThreadPoolExecutor(1) as thread:
        thread.submit(house.digest.morning, house.store).result()
    house.browser.post(f"/unsubscribe/{house.token(Purpose.UNSUBSCRIBE, ann.subscriber_id)}", data={"act": "leave"})
    house.deliver()
    back = house.browser.post(
        f"/unsubscribe/{house.token(Purpose.UNSUBSCRIBE, ann.subscriber_id)}", data={"act": "undo"}
    )

    assert [each["To"] for each in house.digest.sink.messages()] == [bob.address]
    assert back.status_code == 200
    assert house.now(ann).membership is Membership.ACTIVE
    assert house.now(ann).left_at is None


def test_the_mails_button_and_pages_lead_here(house: House) -> None:
    ann = house.reader()
    with ThreadPoolExecutor(1) as thread:
        thread.submit(house.digest.morning, house.store).result()
    house.deliver()
    mail = house.digest.sink.messages()[-1]
    one_click = mail["List-Unsubscribe"].split(">")[0].lstrip("<")

    assert one_click.startswith(f"{PUBLIC}/unsubscribe/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for door in ("preferences", "pause", "unsubscribe", "vote"):
        assert house.browser.get(house.link(door)).status_code == 200
    voted = house.browser.post(house.link("vote"), data={"kind": "less"})
    with house.store.reading() as db:
        [vote] = db.feedback.votes_of(ann.subscriber_id)
    assert voted.status_code == 200
    assert vote.kind == "less"
    assert house.browser.post(house.link("vote").split("?")[0], data={"kind": "less", "story": "0"}).status_code == 404


@pytest.mark.parametrize("door", ["confirm", "preferences", "pause", "unsubscribe", "vote"])
def test_a_link_opens_its_own_door_only(house: House, door: str) -> None:
    ann = house.reader()
    for purpose in Purpose:
        token = house.token(purpose, ann.subscriber_id)
        said = house.browser.get(f"/{door}/{token}").status_code
        own = {"confirm": (Purpose.CONFIRM, Purpose.NEW_ADDRESS)}.get(
            door, (Purpose(door),) if door != "confirm" else ()
        )
        assert (said in (200, 410) or (door == "vote" and said == 404)) if purpose in own else said == 404
        if purpose not in own:
            assert house.browser.post(f"/{door}/{token}", data={"act": "leave"} | ONE_CLICK).status_code == 404
    assert house.now(ann) == ann


def test_a_link_that_has_run_out_says_so(house: House) -> None:
    house.browser.post("/subscribe", data=house.form("ann@shop.example"))
    house.deliver()
    link = house.link("confirm")
    house.clock.advance(timedelta(hours=48))

    assert house.browser.get(link).status_code == 410
    assert house.browser.post(link).status_code == 410


def test_known_and_unknown_addresses_are_answered_with_the_same_bytes(house: House) -> None:
    house.reader("here@shop.example")
    said = [house.browser.post("/subscribe", data=house.form(f"{name}@shop.example")) for name in ("here", "new")]

    assert said[0].status_code == said[1].status_code == 303
    assert said[0].content == said[1].content
    assert [each.headers["location"] for each in said] == ["/subscribe/asked"] * 2


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"address": "nobody"}, "address"),
        ({"address": "a@b.example\r\nBcc: c@d.example"}, "address"),
        ({"minutes": "1000"}, "minutes"),
        ({"networks": ["facebook", "instagram", "tiktok"]}, "networks"),
        ({"zone": "Mars"}, "zone"),
        ({"agreed": ""}, "agreed"),
        ({"opened": "forged"}, "agreed"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field_and_nothing_is_lost(
    house: House, more: dict[str, str | list[str]], field: str
) -> None:
    said = house.browser.post("/subscribe", data=house.form("ann@shop.example", topics=["rules"]) | more)

    assert said.status_code == 400
    assert f'id="{field}-fault"' in said.text
    assert 'value="rules" checked' in said.text
    assert house.digest.sink.count == 0
    with house.store.reading() as db:
        assert db.asks.knocks(house.clock() - timedelta(days=1)) == 0


def test_programs_that_fill_in_forms_get_nowhere(house: House) -> None:
    trapped = house.browser.post("/subscribe", data=house.form("ann@shop.example", website="http://spam.example"))
    too_fast = house.browser.post("/subscribe", data=house.form("ann@shop.example", opened=house.opened()))
    house.clock.advance(timedelta(seconds=3))

    assert (trapped.status_code, too_fast.status_code) == (303, 400)
    with house.store.reading() as db:
        assert db.asks.of("ann@shop.example") == ()


def test_too_many_from_one_network_are_told_so_and_farewells_never(tmp_path: Path) -> None:
    with open_house(tmp_path, "asks_a_network = 1\nposts_a_minute = 3\n") as house:
        ann = house.reader()
        said = [house.browser.post("/subscribe", data=house.form(f"{n}@shop.example")).status_code for n in range(5)]
        path = f"/unsubscribe/{house.token(Purpose.UNSUBSCRIBE, ann.subscriber_id)}"

        assert said == [303, 429, 429, 429, 429]
        assert {house.browser.post(path, data=ONE_CLICK).status_code for _ in range(9)} == {200}


def test_pages_of_a_reader_are_kept_by_nobody_and_framed_by_nobody(house: House) -> None:
    ann = house.reader()
    page = house.browser.get(f"/preferences/{house.token(Purpose.PREFERENCES, ann.subscriber_id)}")
    policy = page.headers["content-security-policy"]

    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "server" not in page.headers
    assert "<script" not in page.text


def test_large_bodies_are_not_read(house: House) -> None:
    large = "x" * 70_000
    sized = house.browser.post("/subscribe", data=house.form("ann@shop.example", name=large))

    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b"a=" + b"x" * 8192 + b"&"

    unsized = house.browser.post(
        "/subscribe", content=pieces(), headers={"content-type": "application/x-www-form-urlencoded"}
    )

    assert (sized.status_code, unsized.status_code) == (413, 413)


def test_wishes_address_and_erasure_behind_one_link(house: House) -> None:
    ann = house.reader()
    path = f"/preferences/{house.token(Purpose.PREFERENCES, ann.subscriber_id)}"
    wishes = house.form("", act="wishes", topics=["rules"], minutes="5")
    assert house.browser.post(path, data=wishes).status_code == 303
    assert (house.now(ann).wishes.minutes, house.now(ann).wishes.topics) == (5, ("rules",))
    assert house.browser.post(path, data=wishes | {"minutes": "one"}).status_code == 400
    assert house.browser.post(path, data=wishes | {"minutes": ""}).status_code == 303
    assert house.now(ann).wishes.minutes is None
    page = house.browser.get(f"{path}/record").text
    assert "Minutes: as the editors choose" in page
    assert "&#34;minutes" not in page
    assert '"minutes' not in page

    assert house.browser.post(path, data={"act": "address", "address": "x"}).status_code == 400
    assert house.browser.post(path, data={"act": "address", "address": "new@shop.example"}).status_code == 303
    house.deliver()
    assert house.browser.post(house.link("confirm")).status_code == 200
    house.deliver()
    told = house.digest.sink.messages()[-1]
    assert told["To"] == "ann@shop.example"
    assert "has asked to get it at another one" in " ".join(house.last_mail().split())
    assert "new@shop.example" not in str(told)
    assert house.now(ann).address == "new@shop.example"

    record = house.browser.get(f"{path}/record")
    assert "new@shop.example" in record.text
    assert house.browser.get(f"{path}/record.json").json()["subscriber"]["address"] == "new@shop.example"
    assert house.browser.post(path, data={"act": "erase"}).status_code == 400
    assert house.browser.post(path, data={"act": "erase", "sure": "yes"}).status_code == 200
    assert house.browser.get(path).status_code == 404


def test_a_pause_is_set_and_ended(house: House) -> None:
    ann = house.reader()
    path = f"/pause/{house.token(Purpose.PAUSE, ann.subscriber_id)}"

    assert house.browser.post(path, data={"act": "pause", "until": "yesterday"}).status_code == 400
    assert house.browser.post(path, data={"act": "pause", "until": "2020-01-01"}).status_code == 400
    assert house.browser.post(path, data={"days": "14"}).status_code == 303
    assert house.now(ann).membership is Membership.PAUSED
    assert "4 December 2026" in house.browser.get(path).text
    assert house.browser.post(path, data={"act": "resume"}).status_code == 303
    assert house.now(ann).membership is Membership.ACTIVE


def test_the_json_interface_does_the_same(house: House) -> None:
    ann = house.reader()
    preferences = f"/api/preferences/{house.token(Purpose.PREFERENCES, ann.subscriber_id)}"
    body = {"address": "bob@shop.example", "agreed": CONSENT_VERSION, "networks": ["instagram"]}

    assert house.browser.post("/api/subscribe", json=body).status_code == 202
    wrong = house.browser.post("/api/subscribe", json=body | {"address": "x", "networks": ["myspace"]})
    assert (wrong.status_code, list(wrong.json()["faults"])) == (422, ["networks"])
    assert house.browser.put(preferences, json={"minutes": 4}).status_code == 200
    assert house.browser.get(preferences).json()["minutes"] == 4
    assert house.browser.put(preferences, json={"hour": None}).status_code == 200
    assert house.browser.get(preferences).json()["minutes"] == 4
    assert house.browser.put(preferences, json={"minutes": None}).status_code == 200
    assert house.browser.get(preferences).json()["minutes"] is None
    assert house.browser.put(preferences, json={"minutes": 4000}).json()["faults"].keys() == {"minutes"}
    pause = f"/api/pause/{house.token(Purpose.PAUSE, ann.subscriber_id)}"
    assert house.browser.post(pause, json={"until": "2026-12-01"}).status_code == 200
    assert house.browser.post(pause, json={"until": "2020-12-01"}).status_code == 400
    assert house.browser.post(f"/api/unsubscribe/{'0' * 90}").status_code == 404
    leave = f"/api/unsubscribe/{house.token(Purpose.UNSUBSCRIBE, ann.subscriber_id)}"
    assert house.browser.post(leave).status_code == 200
    assert house.now(ann).membership is Membership.UNSUBSCRIBED


def test_the_site_is_below_and_its_publishers_own_files_are_not(house: House) -> None:
    assert "No edition yet" in house.browser.get("/").text
    site = house.digest.site
    site.mkdir()
    (site / "index.html").write_text("<h1>Today</h1>", "utf-8")
    (site / ".dailyten-site.json").write_text("{}", "utf-8")

    assert house.browser.get("/").text == "<h1>Today</h1>"
    assert house.browser.get("/.dailyten-site.json").status_code == 404
    assert house.browser.get("/%2e%2e/dailyten.toml").status_code == 404
    assert house.browser.get("/nowhere").status_code == 404


def test_counts_name_nobody(house: House) -> None:
    ann = house.reader()
    house.browser.get(f"/pause/{house.token(Purpose.PAUSE, ann.subscriber_id)}")
    counts = house.browser.get("/metrics").text

    assert 'dailyten_subscribers{membership="active"} 1.0' in counts
    assert 'dailyten_requests_total{method="GET",place="pause",status="2xx"} 1.0' in counts
    assert ann.subscriber_id not in counts
    outsider = {"X-Forwarded-For": "203.0.113.9"}
    assert house.browser.get("/metrics", headers=outsider).status_code == 404
    assert house.browser.get("/healthz").json() == {"status": "ok", "hubs_live": 0, "hubs_silent": 0}


def test_without_a_sender_there_is_no_web_service(tmp_path: Path) -> None:
    from dailyten.config import read_settings
    from dailyten.errors import BadSetting
    from dailyten.web.opening import reception_of
    from dailyten.wiring import Parts

    (tmp_path / "dailyten.toml").write_text("[web]\n", "utf-8")
    parts = Parts(read_settings(tmp_path / "dailyten.toml", {}))
    with parts.store() as store, pytest.raises(BadSetting, match="sender"):
        reception_of(parts, store, parts.pack())


def test_a_client_that_hangs_up_early_stops_nothing(house: House) -> None:
    import socket

    host, _, port = house.root.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(b"POST /subscribe HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")

    assert isinstance(house.browser.get("/subscribe"), httpx2.Response)


def test_the_mail_in_a_browser_is_the_mail(house: House) -> None:
    ann = house.reader()
    with house.store.writing() as db:
        change_wishes(db, ann.subscriber_id, Wishes(networks=("instagram",), minutes=5), Door.WEB, house.clock())
    with ThreadPoolExecutor(1) as thread:
        thread.submit(house.digest.morning, house.store).result()
    house.deliver()
    part = house.digest.sink.messages()[-1].get_body(("html",))
    assert part is not None

    shown = house.browser.get(house.link("view"))

    assert shown.text.split() == str(part.get_content()).split()
    assert "Chosen for you: Instagram, in 5 minutes." in shown.text
    assert "script" not in shown.headers["Content-Security-Policy"]
    assert shown.headers["Cache-Control"] == "no-store"
    assert house.browser.get(f"/view/{house.token(Purpose.VIEW, ann.subscriber_id, 'another')}").status_code == 404
