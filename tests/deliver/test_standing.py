"""A zone is played, and what is missing in it is named with the record to add."""

from dataclasses import replace

import pytest

from dailyten.deliver.dkim import DkimKey, new_key
from dailyten.deliver.standing import Look, SendingDomain, is_for_examples, look_over

KEY = DkimKey.read("shop.com", "one", new_key("ed25519"))
SENDER = SendingDomain(domain="shop.com", returns="shop.com", dkim=(KEY,), hello="mail.shop.com")
ZONE: dict[tuple[str, str], tuple[str, ...]] = {
    ("shop.com", "TXT"): ("google-site-verification=x", "v=spf1 include:relay.com -all"),
    ("relay.com", "TXT"): ("v=spf1 ip4:192.0.2.0/24 -all",),
    ("one._domainkey.shop.com", "TXT"): (KEY.record()[1],),
    ("_dmarc.shop.com", "TXT"): ("v=DMARC1; p=none",),
    ("shop.com", "MX"): ("10 mx.shop.com",),
    ("mail.shop.com", "A"): ("192.0.2.25",),
    ("25.2.0.192.in-addr.arpa", "PTR"): ("mail.shop.com",),
}


def looked(zone: dict[tuple[str, str], tuple[str, ...]], sender: SendingDomain = SENDER) -> list[Look]:
    return list(look_over(sender, lambda name, kind: zone.get((name, kind), ())))


def test_a_domain_in_good_standing_has_nothing_to_mend() -> None:
    assert [(each.what, each.well) for each in looked(ZONE)] == [
        ("SPF", True),
        ("DKIM ed25519", True),
        ("DMARC", True),
        ("alignment", True),
        ("returned mail", True),
        ("name (PTR)", True),
    ]


@pytest.mark.parametrize(
    ("name", "kind", "records", "what", "mend"),
    [
        ("shop.com", "TXT", (), "SPF", 'shop.com. IN TXT "v=spf1'),
        ("shop.com", "TXT", ("v=spf1 -all", "v=spf1 mx -all"), "SPF", "IN TXT"),
        ("shop.com", "TXT", ("v=spf1 +all",), "SPF", "-all"),
        ("relay.com", "TXT", ("v=spf1 " + "a:x.com " * 10 + "-all",), "SPF", "Leave out"),
        ("one._domainkey.shop.com", "TXT", (), "DKIM ed25519", "one._domainkey.shop.com. IN TXT"),
        ("one._domainkey.shop.com", "TXT", ("v=DKIM1; k=ed25519; p=AAAA",), "DKIM ed25519", "IN TXT"),
        ("_dmarc.shop.com", "TXT", (), "DMARC", "_dmarc.shop.com. IN TXT"),
        ("_dmarc.shop.com", "TXT", ("v=DMARC1; p=maybe",), "DMARC", "p=none"),
        ("shop.com", "MX", (), "returned mail", "IN MX"),
        ("mail.shop.com", "A", (), "name (PTR)", "mail.shop.com. IN A"),
        ("25.2.0.192.in-addr.arpa", "PTR", ("host25.provider.com",), "name (PTR)", "192.0.2.25"),
    ],
)
def test_what_is_missing_or_wrong_is_named_with_what_to_add(
    name: str, kind: str, records: tuple[str, ...], what: str, mend: str
) -> None:
    bad = [each for each in looked(ZONE | {(name, kind): records}) if not each.well]

    assert [each.what for each in bad] == [what]
    assert mend in bad[0].mend


def test_a_domain_that_signs_for_nobody_it_writes_for_is_told() -> None:
    stranger = replace(SENDER, returns="relay.com", dkim=())

    bad = {each.what for each in looked(ZONE, stranger) if each.well is False}

    assert {"DKIM", "alignment"} <= bad


def test_a_dns_that_is_silent_is_told_once_and_asked_no_more() -> None:
    asked: list[str] = []

    def silent(name: str, kind: str) -> None:
        asked.append(f"{kind} {name}")

    looks = list(look_over(SENDER, silent))

    assert [each.well for each in looks] == [None]
    assert len(asked) == 1


def test_names_for_examples_are_known() -> None:
    assert is_for_examples("shop.example")
    assert is_for_examples("example.com")
    assert not is_for_examples("shop.com")
