from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.errors import BadSetting
from dailyten.poll.guard import Allowance, refusal


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0",  # noqa: S104 - a case
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.0.170",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::10.1.2.3",
        "64:ff9b:1::8.8.8.8",
        "100::1",
        "2001::1",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "2001:10::1",
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "2002:c0a8:101::",
        "2606:4700::5efe:10.0.0.1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_is_not_public_is_refused_with_a_word_why(text: str) -> None:
    assert refusal(ip_address(text), 80)


@pytest.mark.parametrize(
    "text",
    ["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2606:4700::1111"],
)
def test_what_is_public_may_be_asked(text: str) -> None:
    assert refusal(ip_address(text), 80) == ""


@given(st.integers(0, 2**32 - 1))
def test_an_ipv6_form_is_never_more_open_than_the_ipv4_address_inside(number: int) -> None:
    inner = IPv4Address(number)
    forms = (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80 | 1)

    for form in forms:
        assert not refusal(inner, 80) or refusal(IPv6Address(form), 80)


@given(st.ip_addresses())
def test_nothing_that_python_itself_calls_private_is_open(ip: IPv4Address | IPv6Address) -> None:
    if (ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast) and not (
        isinstance(ip, IPv6Address) and ip.ipv4_mapped
    ):
        assert refusal(ip, 80)


def test_an_operator_may_open_a_network_a_port_or_one_address() -> None:
    network, one_port, six = (Allowance.parse(each) for each in ("10.1.0.0/16", "127.0.0.1:8080", "[::1]:8080"))

    assert refusal(ip_address("10.1.2.3"), 443, [network]) == ""
    assert refusal(ip_address("10.2.2.3"), 443, [network])
    assert refusal(ip_address("127.0.0.1"), 8080, [one_port]) == ""
    assert refusal(ip_address("127.0.0.1"), 22, [one_port])
    assert refusal(ip_address("::1"), 8080, [six]) == ""
    assert refusal(ip_address("::1"), 8081, [six])
    assert refusal(ip_address("::ffff:10.1.2.3"), 80, [network]) == ""


@pytest.mark.parametrize("text", ["", "localhost", "10.0.0.1/8", "127.0.0.1:http", "300.1.1.1", "[::1"])
def test_an_allowance_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(BadSetting) as caught:
        Allowance.parse(text)

    assert repr(text) in str(caught.value)
