"""A provider that is not there: takes texts and calls by its HTTP API, and posts signed webhooks back, with mischief."""

from __future__ import annotations

import http.client
import json
import queue
import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np

from hustings.errors import StoreError
from hustings.survey.fieldwork.channels import Account


@dataclass(frozen=True)
class Mischief:
    """What goes wrong between provider and server, shares 0-1 of webhooks or requests.

    Parameters
    ----------
    replayed : float
        Webhooks that are posted twice.
    forged : float
        Webhooks that come before with a wrong signature.
    refused : float
        Texts and calls that the provider refuses: the number is none.
    """

    replayed: float = 0.0
    forged: float = 0.0
    refused: float = 0.0


@dataclass(frozen=True)
class Delivery:
    """A text or call on its way to a voter."""

    kind: str
    to: str
    sid: str
    body: str = ""
    url: str = ""
    status_url: str = ""


@dataclass
class FakeProvider:
    """The provider's API on loopback; what it takes lies in `outbox`.

    Parameters
    ----------
    account : Account
        Whose secret signs webhooks.
    public_url : str
        Where the server believes it is reached.
    server_url : str
        Where it really is.
    mischief : Mischief
        What goes wrong.
    seed : int
        Of the mischief.
    """

    account: Account
    public_url: str
    server_url: str = ""
    mischief: Mischief = field(default_factory=Mischief)
    seed: int = 0
    outbox: queue.SimpleQueue[Delivery] = field(default_factory=queue.SimpleQueue)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._rng = np.random.default_rng(self.seed)
        self._lock = threading.Lock()
        self._local = threading.local()
        self._number = 0
        self._opened: list[http.client.HTTPConnection] = []

    def __enter__(self) -> Self:
        """Listen."""
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body leave as one piece: otherwise the other side waits for the second.
            wbufsize = -1

            def do_POST(self) -> None:
                size = int(self.headers.get("Content-Length", "0"))
                form = dict(parse_qsl(self.rfile.read(size).decode(), keep_blank_values=True))
                status, answer = provider.take(self.path, form)
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                self.wfile.flush()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 (theirs)
                """Log nothing: there are numbers in it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        for connection in self._opened:
            connection.close()

    @property
    def base_url(self) -> str:
        """Where its API is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def take(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Take a text or call, as the API does."""
        kind = "call" if path.endswith("/Calls.json") else "text"
        if not path.endswith(("/Calls.json", "/Messages.json")):
            return 404, {"code": 20404, "message": "not found", "status": 404}
        with self._lock:
            self._number += 1
            sid = f"{'CA' if kind == 'call' else 'SM'}{self._number:032x}"
            refused = self._rng.random() < self.mischief.refused
        self.counts[f"{kind} {'refused' if refused else 'taken'}"] += 1
        if refused:
            return 400, {"code": 21211, "message": "Invalid 'To' Phone Number", "status": 400}
        self.outbox.put(
            Delivery(
                kind,
                form.get("To", ""),
                sid,
                body=form.get("Body", ""),
                url=form.get("Url", ""),
                status_url=form.get("StatusCallback", ""),
            )
        )
        return 201, {"sid": sid, "status": "queued", "to": form.get("To", ""), "from": form.get("From", "")}

    def new_sid(self, kind: str) -> str:
        """Give an id of an incoming text (SM) or call (CA)."""
        with self._lock:
            self._number += 1
            return f"{kind}{self._number:032x}"

    def post(self, url: str, form: dict[str, str]) -> tuple[int, str]:
        """Post a webhook as the provider does, signed; sometimes forged before, sometimes twice.

        Raises
        ------
        StoreError
            A replay was answered otherwise than the first time, or a forgery was not refused.
        """
        with self._lock:
            forge, again = self._rng.random(2) < (self.mischief.forged, self.mischief.replayed)
        if forge:
            self.counts["forged"] += 1
            status, _ = self.request("POST", url, form, signature="bm90IHNpZ25lZA==")
            if status != 403:
                raise StoreError(f"a forged webhook was answered with {status}, expected 403")
        first = self.request("POST", url, form, signature=self.sign(url, form))
        self.counts["webhooks"] += 1
        if again:
            self.counts["replayed"] += 1
            if self.request("POST", url, form, signature=self.sign(url, form)) != first:
                raise StoreError("a webhook that was posted twice was answered in two ways")
        return first

    def sign(self, url: str, form: dict[str, str]) -> str:
        """Sign a webhook."""
        from twilio.request_validator import RequestValidator

        return str(RequestValidator(self.account.token).compute_signature(url, form))

    def request(
        self, method: str, url: str, form: dict[str, str] | None = None, *, signature: str = ""
    ) -> tuple[int, str]:
        """Ask the server something over this thread's connection; gives status and text, or where it leads to."""
        path = url.removeprefix(self.public_url)
        body = urlencode(form) if form is not None else None
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        if signature:
            headers["X-Twilio-Signature"] = signature
        for attempt in (1, 2):
            connection = self._connection()
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                text = answer.read().decode()
            except (http.client.HTTPException, ConnectionError):
                # A kept connection that the server has let go of; a request that was taken is known by its key.
                connection.close()
                self._local.connection = None
                if attempt == 2:
                    raise
            else:
                return answer.status, answer.headers.get("Location", "") or text
        raise StoreError("the server does not answer")

    def _connection(self) -> http.client.HTTPConnection:
        found: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if found is None:
            found = http.client.HTTPConnection(urlsplit(self.server_url).netloc, timeout=30)
            self._local.connection = found
            with self._lock:
                self._opened.append(found)
        return found
