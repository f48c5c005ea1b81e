"""What we call on somebody's word: public hosts only, and never longer than we said."""

import datetime
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from synqro.core import addresses, safe_http
from synqro.core.safe_http import Answer, Kept, Unsafe, check_url, post

HOSTILE = (Path(__file__).parent / "hostile_urls.txt").read_text().split()
ODD = [
    "http://①②⑦.⓪.⓪.①/",
    "http://１２７.０.０.１/",
    "http://[fe80::1%lo]/",
    "http://[::1%251]/",
    "http://[::ffff:10.0.0.1]/",
    "http://user@127.0.0.1/",
    "http://8.8.8.8@127.0.0.1/",
    "http://127.0.0.1#@8.8.8.8/",
    "http://0300.0250.1.1/",
    "http://router/",
    "http://shop.localhost/",
    "http://metadata.google.internal/latest",
    "http://printer.local./",
    "http://-x.example.com/",
    "http://192.31.196.1/",
    "http://[2001:1::1]/",
    "http://[3fff::1]/",
]
WRONG = [
    "",
    "hooks",
    "//8.8.8.8/",
    "https://",
    "https:///x",
    "https://a b.example/",
    "https://[::1",
]
DEADLINE = 1.0


def ok(connection: socket.socket) -> None:
    """Answer one request with 200."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


@contextmanager
def serving(say: Callable[[socket.socket], None]) -> Iterator[tuple[int, list[str]]]:
    """Listen on loopback; gives back the port, and who came."""
    listener = socket.create_server(("127.0.0.1", 0))
    came: list[str] = []

    def one(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            say(connection)

    def run() -> None:
        with suppress(OSError):
            while True:
                connection, peer = listener.accept()
                came.append(str(peer))
                Thread(target=one, args=(connection,), daemon=True).start()

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], came
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def call(url: str, *, kept: Kept | None = None, private: bool = True, **given: object) -> Answer:
    own = kept if kept is not None else Kept()
    try:
        given = {"within": 60.0, **given}
        return post(url, b"{}", {}, kept=own, key="one", allow_private=private, **given)
    finally:
        if kept is None:
            own.close()


def answering(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    """Let every name stand for these addresses."""

    def lookup(target: addresses.Target) -> list[tuple[object, ...]]:
        families = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [
            (families[ip_address(a).version], socket.SOCK_STREAM, 6, "", (a, target.port))
            for a in found
        ]

    monkeypatch.setattr(addresses, "lookup", lookup)


def test_there_are_52_hostile_addresses() -> None:
    assert len(HOSTILE) == 52


@pytest.mark.parametrize("url", HOSTILE + ODD)
def test_a_hostile_address_is_refused_when_saved(url: str) -> None:
    with pytest.raises(Unsafe) as refused:
        check_url(url)
    assert refused.value.code == "url_not_https"
    if url.startswith("http://"):
        with pytest.raises(Unsafe) as refused:
            check_url(url.replace("http://", "https://", 1))
        assert refused.value.code == "url_not_public"


@pytest.mark.parametrize("url", HOSTILE + ODD)
def test_a_hostile_address_is_refused_when_called(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", connect)
    for scheme in ("http://", "https://"):
        with pytest.raises(Unsafe):
            call(url.replace("http://", scheme, 1), private=False)


@pytest.mark.parametrize("url", WRONG)
def test_what_is_no_address_is_called_so(url: str) -> None:
    with pytest.raises(Unsafe) as refused:
        check_url(url)
    assert refused.value.code == "invalid_url"


@pytest.mark.parametrize("url", ["https://example.com:444/", "https://example.com:80/"])
def test_other_ports_are_refused(url: str) -> None:
    with pytest.raises(Unsafe) as refused:
        check_url(url)
    assert refused.value.code == "url_not_public"


def test_an_address_is_saved_in_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "8.8.8.8", "2606:4700::1111")
    saved = check_url("https://Bücher.Example/Grüße?q=ä&b=%20#top")
    assert saved == "https://xn--bcher-kva.example/Gr%C3%BC%C3%9Fe?q=%C3%A4&b=%20"
    assert check_url("https://example.com:8443") == "https://example.com:8443/"
    assert check_url("https://[2606:4700::1111]/") == "https://[2606:4700::1111]/"
    assert check_url(saved) == saved


def test_a_name_nobody_knows_yet_may_be_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(_: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(addresses, "lookup", lookup)
    assert check_url("https://soon.example.com/") == "https://soon.example.com/"


@pytest.mark.parametrize("bad", ["127.0.0.1", "10.1.2.3", "::1", "fd00::1", "169.254.169.254"])
def test_one_private_answer_among_public_ones_is_enough(
    bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, "8.8.8.8", bad)
    with pytest.raises(Unsafe):
        check_url("https://mixed.example.com/")
    with pytest.raises(Unsafe):
        call("https://mixed.example.com/", private=False)


def test_a_name_that_turns_private_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "8.8.8.8")
    url = check_url("https://turns.example.com:8443/")
    with serving(ok) as (port, came):
        monkeypatch.setattr(addresses, "PORTS", (port,))
        answering(monkeypatch, "127.0.0.1")
        with pytest.raises(Unsafe):
            call(url.replace("8443", str(port)), private=False)
        assert came == []


def test_the_connection_goes_to_the_address_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[bytes] = []

    def say(connection: socket.socket) -> None:
        said.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with serving(say) as (port, _):
        answering(monkeypatch, "127.0.0.1")
        assert call(f"http://pinned.example.com:{port}/x?y=1").status == 200
    assert said[0].startswith(b"POST /x?y=1 HTTP/1.1\r\n")
    assert f"Host: pinned.example.com:{port}\r\n".encode() in said[0]


def test_a_redirect_is_an_answer_and_no_more() -> None:
    with serving(ok) as (target, came):

        def say(connection: socket.socket) -> None:
            connection.recv(65536)
            where = f"Location: http://127.0.0.1:{target}/\r\n"
            connection.sendall(f"HTTP/1.1 302 F\r\n{where}Content-Length: 0\r\n\r\n".encode())

        with serving(say) as (port, _):
            assert call(f"http://127.0.0.1:{port}/").status == 302
        assert came == []


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(ok) as (proxy, came), serving(ok) as (port, _):
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
        assert call(f"http://127.0.0.1:{port}/").status == 200
        assert came == []


def test_of_an_endless_head_only_the_first_64_kib_are_read() -> None:
    def say(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n")
        for number in range(99):
            connection.sendall(b"X-%d: %s\r\n" % (number, b"h" * 60_000))
        connection.sendall(b"\r\n0\r\n\r\n")

    with serving(say) as (port, came), closing(Kept()) as kept:
        for _ in range(2):
            answer = call(f"http://127.0.0.1:{port}/", kept=kept)
            assert (answer.status, answer.body) == (200, b"")
            assert sum(map(len, answer.headers.values())) < 64 * 1024
        assert len(came) == 2  # what was not read to its end is not used again


def dripping(start: bytes) -> Callable[[socket.socket], None]:
    def say(connection: socket.socket) -> None:
        connection.sendall(start)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            connection.sendall(b"a")
            time.sleep(0.1)

    return say


SLOW = {
    "headers": ("http", dripping(b"HTTP/1.1 200 OK\r\nX-Slow: ")),
    "body": ("http", dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")),
    "handshake": ("https", dripping(b"\x16\x03\x03\x10\x00")),
    "nothing": ("http", lambda connection: time.sleep(20)),
    "no handshake": ("https", lambda connection: time.sleep(20)),
}


@pytest.mark.parametrize("what", SLOW)
def test_who_drips_is_cut_off_in_time(what: str) -> None:
    scheme, say = SLOW[what]
    with serving(say) as (port, _):
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            call(f"{scheme}://127.0.0.1:{port}/", within=DEADLINE)
        # Half of what they take; the machine may have other things to do.
        assert DEADLINE - 0.1 < time.monotonic() - began < 10


def test_a_name_server_that_dawdles_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(target: addresses.Target) -> list[tuple[object, ...]]:
        time.sleep(0.3)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", target.port))]

    monkeypatch.setattr(addresses, "lookup", lookup)
    with serving(ok) as (port, came):
        with pytest.raises(TimeoutError):
            call(f"http://slow.example.com:{port}/", within=0.2)
        assert came == []


@pytest.mark.parametrize("head", ["", "Content-Length: 200000000\r\n"])
def test_of_an_endless_body_only_the_beginning_is_read(head: str) -> None:
    sent = [0]

    def say(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode())
        while sent[0] < 200_000_000:
            sent[0] += connection.send(b"a" * 65536)

    kept = Kept()
    with serving(say) as (port, _):
        answer = call(f"http://127.0.0.1:{port}/", kept=kept)
    assert (answer.status, len(answer.body)) == (200, 64 * 1024)
    assert not kept  # the rest of the body stands in the way of another answer
    assert sent[0] < 30_000_000


def test_an_encoded_body_is_not_decoded() -> None:
    def say(connection: socket.socket) -> None:
        connection.recv(65536)
        head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n"
        connection.sendall(head + b"\x1f\x8b\x08\x00")

    with serving(say) as (port, _):
        assert call(f"http://127.0.0.1:{port}/").body == b"\x1f\x8b\x08\x00"


def test_a_connection_is_kept_and_a_closed_one_opened_again() -> None:
    closed = Event()

    def twice(connection: socket.socket) -> None:
        ok(connection)
        ok(connection)
        connection.shutdown(socket.SHUT_RDWR)
        closed.set()

    kept = Kept()
    with serving(twice) as (port, came):
        url = f"http://127.0.0.1:{port}/"
        assert [call(url, kept=kept).status for _ in range(2)] == [200, 200]
        assert len(came) == 1
        assert closed.wait(10)
        assert call(url, kept=kept).status == 200
        assert len(came) == 2
    kept.close()


def test_rubbish_is_an_error_and_no_crash() -> None:
    def say(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"\x00\xff rubbish\r\n\r\n")

    with serving(say) as (port, _), pytest.raises((OSError, safe_http.http.client.HTTPException)):
        call(f"http://127.0.0.1:{port}/")


class Authority:
    """A certificate authority of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A test's own")])
        certificate = self._begin(self.name, self.key.public_key())
        basic = x509.BasicConstraints(ca=True, path_length=None)
        self.root = certificate.add_extension(basic, critical=True).sign(self.key, hashes.SHA256())

    def context(self, name: str) -> ssl.SSLContext:
        """What a server called `name` speaks with."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        alternative = x509.SubjectAlternativeName([x509.DNSName(name)])
        unsigned = self._begin(subject, key.public_key()).add_extension(alternative, False)
        path = self.folder / f"{name}.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        certificate = unsigned.sign(self.key, hashes.SHA256())
        path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _begin(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        today = datetime.datetime.now(datetime.UTC)
        day = datetime.timedelta(days=1)
        return x509.CertificateBuilder(
            self.name, subject, key, x509.random_serial_number(), today - day, today + day
        )


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    authority = Authority(tmp_path)
    trusting = ssl.create_default_context()
    root = authority.root.public_bytes(serialization.Encoding.PEM).decode()
    trusting.load_verify_locations(cadata=root)
    trusting.verify_flags &= ~ssl.VERIFY_X509_STRICT  # of 3.13: our root is a plain one
    monkeypatch.setattr(safe_http, "secure_context", lambda: trusting)
    return authority


def speaking(context: ssl.SSLContext) -> Callable[[socket.socket], None]:
    def say(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            ok(secure)

    return say


def test_a_certificate_must_name_the_host(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, "127.0.0.1")
    with serving(speaking(authority.context("good.example.com"))) as (port, _):
        assert call(f"https://good.example.com:{port}/").body == b"ok"
        with pytest.raises(ssl.SSLCertVerificationError):
            call(f"https://other.example.com:{port}/")


def test_a_certificate_nobody_vouches_for_is_refused(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    answering(monkeypatch, "127.0.0.1")
    with (
        serving(speaking(authority.context("good.example.com"))) as (port, _),
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        call(f"https://good.example.com:{port}/")
