"""Addresses that nobody may have us call: refused in the form, with what was typed kept."""

import html

import pytest
from flask.testing import FlaskClient

from synqro import events, stores

NEW = "/console/developers/endpoints/new"
HOSTILE = [
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://0x7f000001/",
    "http://127.1/",
    "http://127.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://localhost/",
    "http://localhost./",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "http://[fe80::1%25lo]/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://169.254.169.254/latest/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://192.0.0.192/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://192.0.2.1/",
    "http://192.88.99.1/",
    "http://168.63.129.16/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://127.0.0.1./",
    "http://%31%32%37.0.0.1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://user:pw@8.8.8.8/",
    "ftp://8.8.8.8/",
    "file:///etc/passwd",
    "gopher://8.8.8.8/",
    "http://2852039166/",
]


def refused(console: FlaskClient, url: str) -> str:
    """Send the address, and give back what is said at its field."""
    answer = console.post(NEW, data={"url": url, "which": "all", "description": "Mine", "key": "k"})
    assert answer.status_code == 422, url
    assert f'value="{html.escape(url)}"' in answer.text.replace("&#34;", "&quot;"), url
    assert 'value="Mine"' in answer.text
    said = answer.text.partition('id="url-said">')[2].partition("</p>")[0]
    return said.rpartition(">")[2]


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused_in_words(
    console: FlaskClient, store: stores.Store, url: str
) -> None:
    said = refused(console, url)
    assert said in (
        "Give an address that begins with https://.",
        "Enter a web address like https://example.com/hooks.",
    )
    assert events.endpoints(store.id) == []


@pytest.mark.parametrize("url", [u for u in HOSTILE if u.startswith("http:")])
def test_over_https_it_is_no_better(console: FlaskClient, store: stores.Store, url: str) -> None:
    said = refused(console, url.replace("http:", "https:", 1))
    assert said in (
        "Give an address that everybody on the internet can reach.",
        "This is not the name of a public host.",
        "Leave the name and password out of the address.",
        "Enter a web address like https://example.com/hooks.",
    )
    assert events.endpoints(store.id) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "This is needed."),
        ("hooks.example", "Enter a web address like https://example.com/hooks."),
        ("https://", "Enter a web address like https://example.com/hooks."),
        ("https://93.184.215.14:8080/", "Only the ports 443 and 8443 can be used."),
        ("https://93.184.215.14:0/", "The port is a number from 1."),
        ("https://93.184.215.14:99999/", "The port is a number up to 65535."),
        ("https://93.184.215.14/" + "a" * 2_000, "Use at most 2000 characters."),
    ],
)
def test_a_mistyped_address_says_what_to_do(console: FlaskClient, url: str, said: str) -> None:
    assert refused(console, url) == said
