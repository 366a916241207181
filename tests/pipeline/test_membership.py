"""Joining and leaving: what each act does, and a machine that tries them in every order."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import event

from dailyten.errors import BadImport, BadInput, BadWishes, NotFound
from dailyten.model.consent import CONSENT_TEXTS, CONSENT_VERSION, MOVED, Act, AskKind, Door, ask_id_of
from dailyten.model.delivery import Delivery, DeliveryState, delivery_id_of
from dailyten.model.subscriber import Membership, Subscriber, Wishes, address_hash_of
from dailyten.model.topic import Wording
from dailyten.pipeline import importing
from dailyten.pipeline.importing import COLUMNS, Taken, export_row, import_people
from dailyten.pipeline.joining import (
    Answer,
    Caps,
    Knock,
    add_subscriber,
    ask_to_join,
    ask_to_move,
    change_wishes,
    confirm,
    forget_old_asks,
    known_subscriber,
)
from dailyten.pipeline.leaving import UNDO_FOR, come_back, erase, leave, pause, resume, suppress, wake
from dailyten.pipeline.recording import record_of
from dailyten.pipeline.wishing import Choices, read_wishes
from dailyten.store import Store, Transaction, open_store
from tests.editions import an_edition

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
DOMAIN = "a.example"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHOICES = Choices(
    networks=("facebook", "instagram", "tiktok"),
    topics=("rules", "tools"),
    goals=("sell", "hire"),
    words=Wording(most_networks=2),
)
ANN = "ann@a.example"
EDITION = an_edition(NOW)


@pytest.fixture
def db() -> Iterator[Transaction]:
    with open_store("sqlite://") as store, store.writing() as transaction:
        yield transaction


def knock(hours: float = 0, network: str = "192.0.2.0/24", **more: Any) -> Knock:
    return Knock(at=NOW + hours * HOUR, network=network, mail_domain="a.example", **more)


def join(db: Transaction, address: str = ANN, wishes: Wishes | None = None) -> Subscriber:
    ask_to_join(db, address, wishes or Wishes(), knock())
    return confirm(db, ask_id_of(AskKind.JOIN, address), DOMAIN, NOW)


def confirm_mails(db: Transaction, address: str = ANN) -> list[DeliveryState]:
    return [mail.state for ask in db.asks.of(address) for mail in db.confirm_mails.of(ask.ask_id)]


def queue(db: Transaction, reader: Subscriber) -> Delivery:
    db.editions.freeze(EDITION)
    delivery = Delivery(
        delivery_id=delivery_id_of(EDITION.edition_id, reader.subscriber_id),
        edition_id=EDITION.edition_id,
        subscriber_id=reader.subscriber_id,
        address=reader.address,
        message_id="<m@a.example>",
        state=DeliveryState.QUEUED,
        queued_at=NOW,
        expires_at=NOW + DAY,
    )
    db.outbox.fill([delivery])
    return delivery


def acts(db: Transaction, subscriber_id: str) -> list[Act]:
    return [each.act for each in db.consents.of(subscriber_id)]


def test_who_asks_gets_nothing_but_a_confirm_mail_until_the_mailbox_says_yes(db: Transaction) -> None:
    wishes = Wishes(networks=("facebook",), days="weekdays")

    assert ask_to_join(db, " Ann@A.example ", wishes, knock()) is Answer.TAKEN
    assert db.subscribers.with_address(ANN) is None
    assert confirm_mails(db) == [DeliveryState.QUEUED]
    ann = confirm(db, ask_id_of(AskKind.JOIN, ANN), DOMAIN, NOW + HOUR)

    assert (ann.membership, ann.wishes) == (Membership.ACTIVE, wishes)
    assert [(each.act, each.at, each.text_version) for each in db.consents.of(ann.subscriber_id)] == [
        (Act.ASKED, NOW, CONSENT_VERSION),
        (Act.CONFIRMED, NOW + HOUR, CONSENT_VERSION),
    ]


def test_a_confirmation_works_once_and_for_two_days(db: Transaction) -> None:
    join(db)
    with pytest.raises(NotFound):
        confirm(db, ask_id_of(AskKind.JOIN, ANN), DOMAIN, NOW)
    ask_to_join(db, "bob@a.example", Wishes(), knock())
    with pytest.raises(NotFound):
        confirm(db, ask_id_of(AskKind.JOIN, "bob@a.example"), DOMAIN, NOW + 2 * DAY)


def test_an_address_gets_one_confirm_mail_a_day_whatever_is_typed(db: Transaction) -> None:
    for hours, typed in enumerate([ANN, "ANN@a.example", " ann@A.EXAMPLE"]):
        ask_to_join(db, typed, Wishes(), knock(hours, network=f"192.0.{hours}.0/24"))
    assert len(confirm_mails(db)) == 1

    ask_to_join(db, ANN, Wishes(minutes=5), knock(24))
    assert len(confirm_mails(db)) == 2
    assert db.asks.of(ANN)[0].wishes.minutes == 5


def test_moving_to_an_address_back_and_forth_mails_it_no_more_than_joining_does(db: Transaction) -> None:
    victim = "victim@a.example"
    readers = [join(db, f"{name}@a.example") for name in ("eve", "mallory")]
    for hours, reader in enumerate(readers * 3):
        ask_to_move(db, reader.subscriber_id, victim, knock(hours))
        ask_to_move(db, reader.subscriber_id, f"other{hours}@a.example", knock(hours))
    ask_to_join(db, victim, Wishes(), knock(9))

    assert len(confirm_mails(db, victim)) == 1


def test_known_and_unknown_addresses_get_the_same_answer_and_the_same_rows(db: Transaction) -> None:
    join(db, "here@a.example")
    gone = join(db, "bounced@a.example")
    db.subscribers.change(replace(gone, membership=Membership.SUPPRESSED))

    answers = [ask_to_join(db, f"{name}@a.example", Wishes(), knock(30)) for name in ("here", "new", "bounced")]

    assert answers == [Answer.TAKEN] * 3
    assert confirm_mails(db, "here@a.example") == confirm_mails(db, "new@a.example") == [DeliveryState.QUEUED]
    assert confirm_mails(db, "bounced@a.example") == [DeliveryState.CANCELLED]


def test_known_and_unknown_addresses_make_the_same_work(db: Transaction) -> None:
    """Time tells nothing where the database is asked the very same: a clock would only measure this machine."""
    join(db, "here@a.example")
    bounced, left = join(db, "bounced@a.example"), join(db, "left@a.example")
    db.subscribers.change(replace(bounced, membership=Membership.SUPPRESSED))
    db.subscribers.change(replace(left, membership=Membership.UNSUBSCRIBED, left_at=NOW))
    work: dict[str, list[str]] = {}

    for name in ("here", "new", "bounced", "left"):
        said = work[name] = []
        with overheard(db, said):
            ask_to_join(db, f"{name}@a.example", Wishes(), knock(30))

    assert len(work["new"]) > 3
    assert work["here"] == work["bounced"] == work["left"] == work["new"]


@contextmanager
def overheard(db: Transaction, said: list[str]) -> Iterator[None]:
    """Write down the statements that are sent to the database."""

    def hear(*told: Any) -> None:
        said.append(told[2])

    event.listen(db.asks._db, "before_cursor_execute", hear)
    yield
    event.remove(db.asks._db, "before_cursor_execute", hear)


def test_the_caps_hold_for_a_network_and_in_all_and_after_a_day_no_more(db: Transaction) -> None:
    caps = Caps(a_network=2, in_all=3)

    def ask(name: str, network: str, hours: float = 0) -> Answer:
        return ask_to_join(db, f"{name}@a.example", Wishes(), knock(hours, network, caps=caps))

    assert [ask("a", "one"), ask("b", "one"), ask("c", "one")] == [Answer.TAKEN, Answer.TAKEN, Answer.FULL_HERE]
    assert [ask("d", "two"), ask("e", "three")] == [Answer.TAKEN, Answer.FULL]
    assert ask("f", "one", 24.01) is Answer.TAKEN
    assert confirm_mails(db, "c@a.example") == []


def test_caps_outlive_a_restart(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    answers = []
    for name in "abc":
        with open_store(url) as store, store.writing() as db:
            answers.append(ask_to_join(db, f"{name}@a.example", Wishes(), knock(caps=Caps(a_network=2))))

    assert answers == [Answer.TAKEN, Answer.TAKEN, Answer.FULL_HERE]


def test_what_nobody_confirmed_is_forgotten_with_its_address(db: Transaction) -> None:
    ask_to_join(db, ANN, Wishes(), knock())
    ask_to_join(db, "late@a.example", Wishes(), knock(47))
    forget_old_asks(db, NOW + 49 * HOUR)

    assert db.asks.of(ANN) == ()
    assert len(confirm_mails(db, "late@a.example")) == 1
    assert db.asks.knocks(NOW - DAY) == 1


def test_a_new_address_counts_when_its_mailbox_says_yes_and_takes_along_what_waits(db: Transaction) -> None:
    ann = join(db)
    queue(db, ann)
    ask_to_move(db, ann.subscriber_id, "new@a.example", knock())
    assert db.subscribers.get(ann.subscriber_id).address == ANN
    moved = confirm(db, ask_id_of(AskKind.NEW_ADDRESS, f"{ann.subscriber_id}\x00new@a.example"), DOMAIN, NOW)

    assert (moved.subscriber_id, moved.address) == (ann.subscriber_id, "new@a.example")
    assert [each.address for each in db.outbox.of(ann.subscriber_id)] == ["new@a.example"]
    somebody = join(db, ANN)
    assert somebody.subscriber_id != ann.subscriber_id
    assert somebody.membership is Membership.ACTIVE


def test_the_old_address_is_told_once_and_forgotten_after_two_days(db: Transaction) -> None:
    ann = join(db)
    ask_to_move(db, ann.subscriber_id, "new@a.example", knock())
    confirm(db, ask_id_of(AskKind.NEW_ADDRESS, f"{ann.subscriber_id}\x00new@a.example"), DOMAIN, NOW)

    told = db.confirm_mails.of(ann.subscriber_id)
    assert [(each.edition_id, each.address, each.state) for each in told] == [(MOVED, ANN, DeliveryState.QUEUED)]
    forget_old_asks(db, NOW + 3 * DAY)
    assert db.confirm_mails.of(ann.subscriber_id) == ()


def test_an_old_address_that_bounced_is_not_written_to_again(db: Transaction) -> None:
    ann = join(db)
    ask_to_move(db, ann.subscriber_id, "new@a.example", knock())
    suppress(db, ann.subscriber_id, NOW, "no such mailbox")
    confirm(db, ask_id_of(AskKind.NEW_ADDRESS, f"{ann.subscriber_id}\x00new@a.example"), DOMAIN, NOW)

    assert [each.state for each in db.confirm_mails.of(ann.subscriber_id)] == [DeliveryState.CANCELLED]


def test_a_later_move_makes_the_links_of_the_others_useless(db: Transaction) -> None:
    ann = join(db)
    for name in ("one", "two"):
        ask_to_move(db, ann.subscriber_id, f"{name}@a.example", knock())
    confirm(db, ask_id_of(AskKind.NEW_ADDRESS, f"{ann.subscriber_id}\x00two@a.example"), DOMAIN, NOW)

    with pytest.raises(NotFound):
        confirm(db, ask_id_of(AskKind.NEW_ADDRESS, f"{ann.subscriber_id}\x00one@a.example"), DOMAIN, NOW)


def test_moving_to_an_address_that_is_on_the_list_leaves_one_subscription(db: Transaction) -> None:
    ann, bob = join(db, wishes=Wishes(minutes=5)), join(db, "bob@a.example")
    ask_to_move(db, ann.subscriber_id, bob.address, knock())
    confirm(db, ask_id_of(AskKind.NEW_ADDRESS, f"{ann.subscriber_id}\x00{bob.address}"), DOMAIN, NOW)

    assert db.subscribers.get(ann.subscriber_id).membership is Membership.UNSUBSCRIBED
    assert db.subscribers.get(bob.subscriber_id).wishes.minutes == 5


def test_leaving_stops_what_is_queued_or_in_a_workers_hands_and_can_be_taken_back_for_two_weeks(
    db: Transaction,
) -> None:
    ann = join(db)
    queue(db, ann)
    (leased,) = db.outbox.lease("w", NOW, NOW + HOUR, 9)
    gone = leave(db, ann.subscriber_id, Door.WEB, NOW)
    again = leave(db, ann.subscriber_id, Door.WEB, NOW + HOUR)

    assert not db.outbox.in_doubt(leased.delivery_id, "w")
    assert (gone.membership, gone.left_at, again) == (Membership.UNSUBSCRIBED, NOW, gone)
    assert come_back(db, ann.subscriber_id, Door.WEB, NOW + HOUR).membership is Membership.ACTIVE
    leave(db, ann.subscriber_id, Door.WEB, NOW)
    with pytest.raises(BadInput, match="two weeks"):
        come_back(db, ann.subscriber_id, Door.WEB, NOW + UNDO_FOR)


def test_a_pause_ends_on_its_date_where_the_reader_lives(db: Transaction) -> None:
    ann = join(db, wishes=Wishes(zone="Asia/Tokyo"))
    queue(db, ann)
    paused = pause(db, ann.subscriber_id, date(2026, 11, 9), "UTC", Door.WEB, NOW)

    assert paused.paused_until == datetime(2026, 11, 8, 15, tzinfo=UTC)
    assert db.outbox.counts(EDITION.edition_id) == {DeliveryState.CANCELLED: 1}
    assert wake(db, paused.paused_until - timedelta(seconds=1)) == 0
    assert wake(db, paused.paused_until) == 1
    assert db.subscribers.get(ann.subscriber_id).membership is Membership.ACTIVE


@pytest.mark.parametrize("until", [date(2026, 11, 2), date(2026, 11, 1), date(2028, 1, 1)])
def test_a_pause_that_ends_in_the_past_or_never_is_refused(db: Transaction, until: date) -> None:
    ann = join(db)

    with pytest.raises(BadInput, match="day ahead"):
        pause(db, ann.subscriber_id, until, "UTC", Door.WEB, NOW)


def test_of_an_erased_person_nothing_is_left_and_no_import_brings_them_back(db: Transaction) -> None:
    ann = join(db)
    ask_to_join(db, ANN, Wishes(), knock(30))
    erase(db, ANN, NOW)

    assert db.asks.of(ANN) == ()
    assert db.consents.of(ann.subscriber_id) == ()
    [row] = import_people(db, "address\nAnn@a.example", "their old list", CHOICES, NOW)
    assert row.taken is Taken.ERASED
    with pytest.raises(BadInput, match="erased"):
        add_subscriber(db, ANN, "in person", NOW)
    assert join(db).membership is Membership.ACTIVE
    assert not db.subscribers.suppressed(address_hash_of(ANN))


def test_a_file_with_one_bad_row_adds_nobody_and_names_every_fault(tmp_path: Any) -> None:
    lines = [
        "address,consent,networks,minutes",
        "ann@a.example,at the fair,facebook tiktok,5",
        "no address,at the fair,,",
        "bob@a.example,,,",
        "cem@a.example,at the fair,myspace,600",
    ]
    with open_store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        with pytest.raises(BadImport) as refused, store.writing() as db:
            import_people(db, "\n".join(lines), "", CHOICES, NOW)
        with store.reading() as db:
            assert db.subscribers.counts() == {}

    assert [fault.split(":")[0] for fault in refused.value.faults] == ["line 3", "line 4", "line 5", "line 5"]


@pytest.mark.parametrize(
    "lines",
    [[], ["name"], ["address,address"], ["address,colour"], ["address", "a@a.example,more"], ["address", '"open']],
    ids=["nothing", "no address", "twice", "strange column", "too many cells", "no CSV"],
)
def test_what_is_no_table_of_people_is_refused(db: Transaction, lines: list[str]) -> None:
    with pytest.raises(BadImport):
        import_people(db, "\n".join(lines), "asked", CHOICES, NOW)


def test_what_is_exported_is_imported_again_with_the_same_wishes(db: Transaction) -> None:
    import csv

    wishes = Wishes(
        networks=("instagram",), topics=("rules",), goals=("sell",), minutes=7, days="weekly", hour=0, zone="Asia/Tokyo"
    )
    add_subscriber(db, "=cmd@a.example", "=1+1", NOW, wishes=wishes)
    leave(db, add_subscriber(db, "gone@a.example", "asked", NOW).subscriber_id, Door.WEB, NOW)
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, *(export_row(each) for each in db.subscribers.in_membership())])
    assert "\r\n=" not in out.getvalue()
    with open_store("sqlite://") as other, other.writing() as there:
        rows = import_people(there, out.getvalue(), "", CHOICES, NOW)

        assert {row.address: row.taken for row in rows} == {"=cmd@a.example": Taken.ADDED, "gone@a.example": Taken.LEFT}
        known = known_subscriber(there, "=cmd@a.example")
        assert (known.wishes, known.consent) == (wishes, "=1+1")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("address,consent\nann@a.example,till\nbob@a.example,fair\n", id="commas"),
        pytest.param("address;consent\r\nann@a.example;till\r\nbob@a.example;fair\r\n", id="semicolons"),
        pytest.param("address\tconsent\nann@a.example\ttill\nbob@a.example\tfair", id="tabs"),
        pytest.param("address,consent\rann@a.example,till\rbob@a.example,fair\r", id="an old Mac's lines"),
        pytest.param("sep=;\naddress;consent\nann@a.example;till\nbob@a.example;fair\n", id="a line for a spreadsheet"),
        pytest.param(
            '\ufeff"address","consent"\n"ann@a.example","till"\n"bob@a.example","fair"\n', id="a mark, quotes"
        ),
        pytest.param(
            "address,consent,,\nann@a.example,till,,\n,,,\nbob@a.example,fair,,,,\nann@a.example,till,,\n",
            id="empty ends, an empty row, one twice",
        ),
        pytest.param(" Address , CONSENT \n Ann@A.example , till \n bob@a.example,fair", id="blanks and capitals"),
    ],
)
def test_a_table_is_read_as_spreadsheets_write_it(db: Transaction, text: str) -> None:
    rows = import_people(db, text, "", CHOICES, NOW)

    assert [row.address for row in rows if row.taken is Taken.ADDED] == ["ann@a.example", "bob@a.example"]
    assert [known_subscriber(db, f"{name}@a.example").consent for name in ("ann", "bob")] == ["till", "fair"]


def test_who_left_by_the_file_alone_is_brought_back_by_no_later_list(db: Transaction) -> None:
    import_people(db, "address,membership\ngone@a.example,unsubscribed\n", "their old list", CHOICES, NOW)

    (row,) = import_people(db, "address\ngone@a.example\n", "another list", CHOICES, NOW)

    assert row.taken is Taken.ERASED
    assert db.subscribers.with_address("gone@a.example") is None


def test_a_pause_goes_on_elsewhere_and_who_never_confirmed_is_not_added(db: Transaction) -> None:
    until = NOW + timedelta(days=9)
    text = (
        "address,membership,paused_until\n"
        f"ann@a.example,paused,{until.isoformat()}\n"
        f"bob@a.example,paused,{(NOW - timedelta(days=1)).isoformat()}\n"
        "cid@a.example,pending,\ndot@a.example,suppressed,\n"
    )

    rows = import_people(db, text, "their old list", CHOICES, NOW)

    assert [row.taken for row in rows] == [Taken.ADDED, Taken.ADDED, Taken.PENDING, Taken.LEFT]
    ann, bob = (known_subscriber(db, f"{name}@a.example") for name in ("ann", "bob"))
    assert (ann.membership, ann.paused_until) == (Membership.PAUSED, until)
    assert bob.membership is Membership.ACTIVE


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cid", "dot"]),
        st.sampled_from(["", "active", "paused", "pending", "unsubscribed", "suppressed"]),
        st.sampled_from(["at the fair", ""]),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, before=ROWS)
def test_rows_that_are_taken_in_at_once_become_what_they_would_one_after_the_other(
    rows: list[tuple[str, str, str]], before: list[tuple[str, str, str]]
) -> None:
    def become(lines: int) -> Any:
        head = "address,membership,consent,paused_until"
        until = (NOW + DAY).isoformat()
        with (
            pytest.MonkeyPatch.context() as patch,
            open_store("sqlite://") as store,
            store.writing() as db,
        ):
            patch.setattr(importing, "LINES_AT_ONCE", lines)
            taken: list[Any] = []
            for table in (before, rows):
                text = "\n".join(
                    [head, *(f"{name}@a.example,{standing},{said},{until}" for name, standing, said in table)]
                )
                try:
                    taken += import_people(db, text, "", CHOICES, NOW)
                except BadImport as error:
                    return error.faults
            people = list(db.subscribers.in_membership())
            return taken, people, [db.consents.of(each.subscriber_id) for each in people]

    assert become(1) == become(1000)


@pytest.mark.parametrize("row", ["ann@a.example,gone,", "ann@a.example,paused,soon", "ann@a.example,,a\x00b"])
def test_a_standing_or_consent_that_cannot_be_adds_nobody(db: Transaction, row: str) -> None:
    third = "consent" if "\x00" in row else "paused_until"
    with pytest.raises(BadImport):
        import_people(db, f"address,membership,{third}\n{row}\n", "asked", CHOICES, NOW)


@pytest.mark.parametrize(
    "words",
    ["=1+1", "'=x", "''", "'", "+49 at the till", "a;b,c\td", 'the "fair"', "two\nlines", "\u00a0M\u00fc\u2028x", "@a"],
)
def test_a_consent_is_the_same_after_a_round_trip(words: str) -> None:
    import csv

    words = words.strip()
    with open_store("sqlite://") as here, here.writing() as db:
        row = export_row(add_subscriber(db, "ann@a.example", words, NOW))
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, row])
    with open_store("sqlite://") as there, there.writing() as db:
        import_people(db, out.getvalue(), "", CHOICES, NOW)
        assert known_subscriber(db, "ann@a.example").consent == words


def test_the_record_of_a_person_holds_all_that_is_known(db: Transaction) -> None:
    ann = join(db)
    queue(db, ann)
    change_wishes(db, ann.subscriber_id, Wishes(minutes=5), Door.WEB, NOW)
    ask_to_move(db, ann.subscriber_id, "new@a.example", knock())
    record = record_of(db, ann.subscriber_id)

    assert [each.act for each in record.consents] == [Act.ASKED, Act.CONFIRMED, Act.CHANGED_WISHES]
    assert record.consent_texts == {CONSENT_VERSION: CONSENT_TEXTS[CONSENT_VERSION]}
    assert [each.state for each in record.mails] == ["queued"]
    assert [each.address for each in record.waiting] == ["new@a.example"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("networks", ["facebook", "instagram", "tiktok"]),
        ("networks", ["<b>"]),
        ("topics", ["networks"]),
        ("goals", ["fame"]),
        ("minutes", ["2"]),
        ("minutes", ["61"]),
        ("minutes", ["1e1"]),
        ("minutes", ["\u0661\u0662"]),
        ("hour", ["24"]),
        ("hour", ["-1"]),
        ("days", ["sometimes"]),
        ("zone", ["Mars/Olympus"]),
        ("zone", ["../../etc/passwd"]),
        ("zone", ["Europe/Berlin\n"[:-1] + "\x00"]),
        ("quiet_days", ["shout"]),
    ],
)
def test_a_wish_that_cannot_be_had_is_named_by_its_field(name: str, typed: list[str]) -> None:
    with pytest.raises(BadWishes) as refused:
        read_wishes({name: typed}, CHOICES)

    assert list(refused.value.faults) == [name]


@pytest.mark.parametrize("typed", [[], [""], ["  "]], ids=["nothing", "empty", "spaces"])
def test_minutes_that_are_not_typed_are_left_to_the_editors(typed: list[str]) -> None:
    assert read_wishes({"minutes": typed}, CHOICES, Wishes(minutes=5)).minutes is None


def test_wishes_are_read_in_the_packs_order_and_the_rest_stays() -> None:
    before = Wishes(minutes=5, topics=("tools",))
    read = read_wishes({"networks": ["tiktok", "facebook", "tiktok"], "zone": [""]}, CHOICES, before)

    assert read == replace(before, networks=("facebook", "tiktok"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": 2},
        {"hour": 24},
        {"days": "never"},
        {"zone": "Nowhere"},
        {"goals": ("Fame!",)},
        {"quiet_days": "shout"},
        {"topics": ("a", "a")},
        {"networks": ("A b",)},
    ],
)
def test_wishes_refuse_nonsense_when_they_are_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Wishes(**wrong)


class Comings(RuleBasedStateMachine):
    """Anybody does anything at any time; what must never be is looked for after every step."""

    names = st.sampled_from(["ann", "bob"])

    def __init__(self) -> None:
        super().__init__()
        self.store: Store = open_store("sqlite://")
        self.now = NOW
        self.confirmed: set[str] = set()
        self.erased: set[str] = set()

    def teardown(self) -> None:
        self.store.close()

    def address(self, name: str) -> str:
        return f"{name}@a.example"

    @rule(hours=st.sampled_from([1, 23, 30, 24 * 15]))
    def time_passes(self, hours: int) -> None:
        self.now += hours * HOUR
        with self.store.writing() as db:
            wake(db, self.now)
            forget_old_asks(db, self.now)

    @rule(name=names, minutes=st.integers(3, 60))
    def ask(self, name: str, minutes: int) -> None:
        with self.store.writing() as db:
            there = Knock(
                at=self.now, network="here", mail_domain="a.example", caps=Caps(a_network=10**6, in_all=10**6)
            )
            assert ask_to_join(db, self.address(name), Wishes(minutes=minutes), there) is Answer.TAKEN

    @rule(name=names)
    def confirm(self, name: str) -> None:
        with self.store.writing() as db:
            ask = db.asks.find(ask_id_of(AskKind.JOIN, self.address(name)))
            if ask is None or self.now >= ask.asked_at + 2 * DAY:
                return
            assert confirm(db, ask.ask_id, DOMAIN, self.now).wishes == ask.wishes
        self.confirmed.add(self.address(name))
        self.erased.discard(self.address(name))

    @rule(name=names, act=st.sampled_from(["leave", "back", "pause", "resume", "erase", "import", "queue"]))
    def act(self, name: str, act: str) -> None:
        address = self.address(name)
        with self.store.writing() as db:
            known = db.subscribers.with_address(address)
            if act == "import":
                import_people(db, f"address\n{address}", "an old list", CHOICES, self.now)
                self.confirmed |= set() if address in self.erased else {address}
                return
            if known is None:
                return
            try:
                match act:
                    case "leave":
                        leave(db, known.subscriber_id, Door.WEB, self.now)
                    case "back":
                        come_back(db, known.subscriber_id, Door.WEB, self.now)
                    case "pause":
                        pause(db, known.subscriber_id, self.now.date() + 3 * DAY, "UTC", Door.WEB, self.now)
                    case "resume":
                        resume(db, known.subscriber_id, Door.WEB, self.now)
                    case "erase":
                        erase(db, address, self.now)
                        self.erased.add(address)
                    case "queue" if known.membership is Membership.ACTIVE:
                        queue(db, known)
            except BadInput:
                assert db.subscribers.get(known.subscriber_id) == known

    @invariant()
    def only_the_confirmed_are_on_the_list_and_only_the_active_have_mail_coming(self) -> None:
        with self.store.reading() as db:
            for each in db.subscribers.in_membership():
                assert each.address in self.confirmed
                assert each.address not in self.erased
                assert (each.left_at is not None) == (each.membership is Membership.UNSUBSCRIBED)
                assert each.membership is not Membership.PAUSED or (each.paused_until or self.now) > self.now
                waiting = {DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.DEFERRED}
                coming = any(mail.state in waiting for mail in db.outbox.of(each.subscriber_id))
                assert not coming or each.membership is Membership.ACTIVE
                assert acts(db, each.subscriber_id)

    @invariant()
    def no_address_was_mailed_twice_within_a_day(self) -> None:
        with self.store.reading() as db:
            for name in ("ann", "bob"):
                asks = db.asks.of(self.address(name))
                times = sorted(mail.queued_at for ask in asks for mail in db.confirm_mails.of(ask.ask_id))
                assert all(later - earlier >= DAY for earlier, later in pairwise(times))


def test_in_whatever_order_people_come_and_go_nobody_is_mailed_against_their_will() -> None:
    run_state_machine_as_test(
        Comings,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
