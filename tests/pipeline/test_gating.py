"""One copy of each edition is looked at before anybody gets it."""

from dataclasses import replace
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dailyten.deliver.dkim import DkimKey, new_key, sign
from dailyten.deliver.findings import Severity
from dailyten.deliver.message import Outgoing
from dailyten.pipeline.gating import Gate, Looked
from dailyten.wiring.mail import through_a_sink
from tests.deliver.letters import NOW, SENDER, delivery_to, message_to


@cache
def keys() -> tuple[DkimKey, ...]:
    return tuple(DkimKey.read("example.com", f"{kind}1", new_key(kind)) for kind in ("rsa", "ed25519"))


def signed() -> Outgoing:
    plain = message_to(delivery_to("ann@example.org"))
    return replace(plain, content=sign(plain.content, keys(), NOW))


def rules(looked: Looked) -> set[str]:
    return {each.rule for each in looked.faults}


def test_a_copy_that_went_over_a_real_line_comes_out_as_it_went_in_with_both_signatures() -> None:
    looked = Gate(sender=SENDER, dkim=keys(), through=through_a_sink).look(signed())

    assert rules(looked).isdisjoint({"altered", "dkim_broken", "dkim_cover", "dkim_alignment"})


def test_a_byte_that_changes_on_the_way_is_found() -> None:
    gate = Gate(sender=SENDER, dkim=keys(), through=lambda out: out.content.replace(b"A story", b"A st0ry"))

    looked = gate.look(signed())

    assert {"altered", "dkim_broken"} <= rules(looked)
    assert "signature by rsa1 of example.com" in looked.words


def test_a_signature_by_another_key_than_the_one_that_is_published_is_found() -> None:
    stranger = DkimKey(domain="example.com", selector="rsa1", key=Ed25519PrivateKey.generate())
    gate = Gate(sender=SENDER, dkim=(stranger,), through=lambda out: out.content)

    assert "dkim_broken" in rules(gate.look(signed()))


def test_what_is_only_a_warning_holds_nothing_back_and_many_faults_are_told_shortly() -> None:
    looked = Gate(sender=SENDER, dkim=(), through=lambda out: out.content).look(message_to(delivery_to("a@b.example")))
    warnings = tuple(each for each in looked.findings if each.severity is Severity.WARNING)

    assert warnings
    assert Looked(findings=warnings).words == ""
    assert looked.words.endswith(f"And {len(looked.faults) - 3} more.")


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_key_that_is_made_can_be_read_again(kind: str) -> None:
    made = DkimKey.read("example.com", "x", new_key(kind))

    assert made.algorithm == kind
    assert made.record()[0] == "x._domainkey.example.com"
