"""One polite request at a time: a line for each host, and a door that lets nobody into a network.

Every connection, that of a redirect too, passes the door: it looks the host up once, refuses private
addresses, and connects to exactly what it looked up. No proxy, password file or other setting of the
machine is used.
"""

from __future__ import annotations

import errno
import hashlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from ..core.linkstate import private_host, storable
from .verdicts import Answer

_CHUNK = 16_384
#: A host that has many addresses is tried at these first ones only.
_ADDRESSES = 3
_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
_NO_NETWORK = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}


@dataclass(frozen=True)
class Policy:
    """How politely links are looked at; times are in seconds.

    ``timeout`` is for each wait, ``patience`` for a whole body. ``max_links`` and ``max_seconds`` are
    the budget of a run. ``cache_days``: how old a good result may grow before the link is asked
    again; 0 asks even what was asked today. ``allow_private`` is for tests alone.
    """

    contact: str = ""
    pause: float = 1.0
    timeout: float = 20.0
    patience: float = 60.0
    max_bytes: int = 2_000_000
    max_links: int = 500
    max_seconds: float = 900.0
    parallel: int = 4
    cache_days: int = 1
    allow_private: bool = False

    @property
    def user_agent(self) -> str:
        """Return who asks and why, with the site's address where it is known."""
        try:
            contact = f"; +{request_url(self.contact)}"
        except UnreachableError:
            contact = ""
        return f"Prongsai-link-check (checks that a public site's evidence links open{contact})"


def _resolve(host: str) -> list[str]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _connect(address: tuple[str, int], timeout: float) -> socket.socket:
    return socket.create_connection(address, timeout)


@dataclass(frozen=True)
class Net:
    """All that touches the world; tests put their own in place."""

    resolve: Callable[[str], Sequence[str]] = _resolve
    connect: Callable[[tuple[str, int], float], socket.socket] = _connect
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


class UnreachableError(Exception):
    """No answer came; ``reason`` is a word of `linkstate.REASONS`, ``certain`` rules out chance."""

    def __init__(self, reason: str, *, certain: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.certain = certain


def request_url(url: str) -> str:
    """Return an address as it goes over the wire, Thai encoded, without fragment; or say bad-url."""
    fault = UnreachableError("bad-url", certain=True)
    if not storable(url):
        raise fault
    try:
        if urlsplit(url).scheme not in ("http", "https"):
            raise fault
        wire = urldefrag(requests.Request("GET", url).prepare().url or "").url
        parts = urlsplit(wire)
        if not parts.hostname or parts.username is not None or parts.port == 0:
            raise fault
    except (requests.RequestException, ValueError) as error:
        raise fault from error
    return wire


def next_url(answer: Answer) -> str:
    """Return where a redirect leads."""
    try:
        target = urljoin(answer.url, answer.location)
    except ValueError as error:
        raise UnreachableError("bad-url", certain=True) from error
    return request_url(target)


def host_of(wire: str) -> str:
    """Return the host of an address as `request_url` gives it."""
    return urlsplit(wire).hostname or ""


class _Door:
    """Connects to public addresses only, each host looked up once a run."""

    def __init__(self, policy: Policy, net: Net) -> None:
        self._policy, self._net = policy, net
        self._known: dict[str, tuple[str, ...] | UnreachableError] = {}

    def open(self, host: str, port: int) -> socket.socket:
        """Return a connection to a host, or raise UnreachableError."""
        faults = []
        for address in self._addresses(host)[:_ADDRESSES]:
            try:
                return self._net.connect((address, port), self._policy.timeout)
            except OSError as error:
                faults.append(_connect_fault(error))
        # An IPv6 address that nothing leads to says less than what the IPv4 one did.
        telling = [fault for fault in faults if fault != "no-network"]
        raise UnreachableError((telling or faults)[0])

    def _addresses(self, host: str) -> tuple[str, ...]:
        if host not in self._known:
            try:
                self._known[host] = self._looked_up(host)
            except UnreachableError as error:
                self._known[host] = error
        known = self._known[host]
        if isinstance(known, UnreachableError):
            raise UnreachableError(known.reason, certain=known.certain)
        return known

    def _looked_up(self, host: str) -> tuple[str, ...]:
        guarded = not self._policy.allow_private
        if guarded and private_host(host):
            raise UnreachableError("private-address", certain=True)
        try:
            addresses = tuple(self._net.resolve(host))
        except socket.gaierror as error:
            missing = error.errno in _NO_SUCH_NAME
            raise UnreachableError(
                "dns" if missing else "lookup-failed", certain=missing
            ) from error
        except OSError as error:
            raise UnreachableError("lookup-failed") from error
        except UnicodeError as error:
            raise UnreachableError("bad-url", certain=True) from error
        if not addresses:
            raise UnreachableError("dns", certain=True)
        if guarded and any(private_host(address) for address in addresses):
            # Not certain: inside an office its own public name may well lead to a private address.
            raise UnreachableError("private-address")
        return addresses


def _connect_fault(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    return "no-network" if error.errno in _NO_NETWORK else "dropped"


class _Session(requests.Session):
    """A session that leaves redirects alone: else requests reads their bodies, however long."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        return None

    def location(self, response: requests.Response) -> str:
        """Return where a response leads, "" when it does not."""
        try:
            return super().get_redirect_target(response) or ""
        except UnicodeError as error:
            raise UnreachableError("bad-url", certain=True) from error


def _adapter(door: _Door) -> HTTPAdapter:
    """Return an adapter of requests whose every connection is opened by the door."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return door.open(self.host, self.port or 80)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return door.open(self.host, self.port or 443)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    adapter = HTTPAdapter(pool_connections=2, pool_maxsize=1)
    adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return adapter


@dataclass
class _Lane:
    """The line of one host: who holds the lock may ask."""

    session: _Session
    lock: threading.Lock = field(default_factory=threading.Lock)
    last: float | None = None


class Web:
    """Asks hosts for pages: one request to a host at a time, with the pause between.

    ``held`` are hosts that want to be left alone; a host that says so during the run joins them.
    """

    def __init__(self, policy: Policy, net: Net, held: Iterable[str] = ()) -> None:
        self.policy, self.net = policy, net
        self._held = set(held)
        self._door = _Door(policy, net)
        self._lanes: dict[str, _Lane] = {}
        self._lock = threading.Lock()

    def held(self, host: str) -> bool:
        """Tell whether a host wants to be left alone for now."""
        return host in self._held

    def close(self) -> None:
        """Close every connection."""
        for lane in self._lanes.values():
            lane.session.close()

    def ask(self, wire: str) -> Answer:
        """Ask for one address, following nothing; UnreachableError when no answer comes."""
        host = host_of(wire)
        lane = self._lane(host)
        with lane.lock:
            if host in self._held:
                raise UnreachableError("too-many-requests")
            self._wait(lane)
            try:
                answer = self._get(lane.session, wire)
            finally:
                lane.last = self.net.clock()
            if answer.status == 429 or (answer.status == 503 and answer.retry_after):
                self._held.add(host)
            return answer

    def _lane(self, host: str) -> _Lane:
        with self._lock:
            if host not in self._lanes:
                self._lanes[host] = _Lane(self._session())
            return self._lanes[host]

    def _session(self) -> _Session:
        session = _Session()
        session.trust_env = False
        session.headers.update(
            {
                "User-Agent": self.policy.user_agent,
                "Accept": "*/*",
                "Accept-Encoding": "gzip, deflate",
                "Accept-Language": "th, en;q=0.5",
            }
        )
        for scheme in ("http://", "https://"):
            session.mount(scheme, _adapter(self._door))
        return session

    def _wait(self, lane: _Lane) -> None:
        if lane.last is not None:
            rest = self.policy.pause - (self.net.clock() - lane.last)
            if rest > 0:
                self.net.sleep(rest)

    def _get(self, session: _Session, wire: str) -> Answer:
        try:
            with session.get(
                wire, stream=True, allow_redirects=False, timeout=self.policy.timeout
            ) as response:
                return self._answer(session, wire, response)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise UnreachableError(_fault(error)) from error

    def _answer(self, session: _Session, wire: str, response: requests.Response) -> Answer:
        body, digest = self._body(response)
        headers = response.headers
        return Answer(
            wire,
            response.status_code,
            headers.get("Content-Type", ""),
            session.location(response),
            headers.get("Retry-After", "").strip(),
            body,
            digest,
        )

    def _body(self, response: requests.Response) -> tuple[bytes, str]:
        """Read a body as far as it is allowed to go, and hash what was read.

        Of a longer one the first part and the stated length stand for the whole.
        """
        body = bytearray()
        end = self.net.clock() + self.policy.patience
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) >= self.policy.max_bytes:
                length = response.headers.get("Content-Length", "")
                kept = bytes(body[: self.policy.max_bytes])
                return kept, hashlib.sha256(kept + f"\n{length}".encode()).hexdigest()
            if self.net.clock() > end:
                raise UnreachableError("timeout")
        return bytes(body), hashlib.sha256(body).hexdigest()


#: What went wrong by the kind of exception that says so, the most telling first.
_FAULTS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError), "timeout"),
    ((requests.exceptions.SSLError, urllib3.exceptions.SSLError, ssl.SSLError), "tls"),
    ((requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError), "garbled"),
    ((requests.exceptions.InvalidURL, urllib3.exceptions.LocationParseError), "bad-url"),
)


def _fault(error: BaseException) -> str:
    """Name what went wrong; urllib3 and requests wrap it several times over."""
    for kinds, reason in _FAULTS:
        if any(isinstance(cause, kinds) for cause in _causes(error)):
            return reason
    return "dropped"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
