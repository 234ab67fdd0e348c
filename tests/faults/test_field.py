"""Fieldwork that is killed under load: what was acknowledged is there, and interviews go on."""

from __future__ import annotations

import contextlib
import http.client
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from hustings.survey.fieldwork.interview import fold
from hustings.survey.fieldwork.journal import read_events
from made_field import WAVE, made_field

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
ASKED = re.compile(r'name="q_(\w+)"')
CASES = 400
ANSWERS = {"vote": "ann", "why_ann": "yes", "heard": "ads 🙂", "age": "44"}
STORED = ANSWERS | {"age": 44.0}


@pytest.fixture
def start(tmp_path):
    """Starts a server; gives its process and port."""
    running = []

    def begin():
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        script = str(Path(__file__).with_name("field_server.py"))
        server = subprocess.Popen([sys.executable, script, str(tmp_path), str(port)])
        running.append(server)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                assert ask(port, "GET", "/health")[0] == 200
                return server, port
            time.sleep(0.05)
        raise AssertionError("the server did not come up")

    yield begin
    for server in running:
        server.kill()
        server.wait()


def ask(port, method, path, body=None, connection=None):
    own = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    head = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    try:
        own.request(method, path, body, head)
        answer = own.getresponse()
        return answer.status, answer.read().decode()
    finally:
        if connection is None:
            own.close()


def answer_all(port, tokens, acknowledged, stop):
    """Answer interviews one after the other; note each answer once the server has taken it."""
    made = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(made) as connection:
        for case, token in tokens:
            path = f"/{WAVE}/{token}"
            for _ in ANSWERS:
                page = ask(port, "GET", path, connection=connection)[1]
                asked = ASKED.search(page)
                if asked is None:
                    break
                # What is asked next: an interview that was begun before the kill goes on in the middle.
                form = urlencode(dict(HIDDEN.findall(page)) | {f"q_{asked[1]}": ANSWERS[asked[1]]})
                status, _ = ask(port, "POST", path, form, connection=connection)
                if status == 303:
                    acknowledged.append((case, asked[1]))
                if stop.is_set():
                    return


@pytest.mark.slow
def test_what_was_acknowledged_survives_a_kill_and_interviews_go_on(start, tmp_path):
    field = made_field(tmp_path, CASES)
    tokens = [(case.case_id, case.token) for case in field.cases.values()]
    path = field.journal.path
    field.close()
    total = 0
    for _ in range(2):
        server, port = start()
        begun = fold(read_events(path))
        open_cases = [(c, t) for c, t in tokens if c not in begun or not begun[c].over]
        acknowledged, stop = [], threading.Event()
        threads = [
            threading.Thread(target=answer_all, args=(port, open_cases[i::8], acknowledged, stop)) for i in range(8)
        ]
        for thread in threads:
            thread.start()
        time.sleep(0.7)
        server.send_signal(signal.SIGKILL)
        server.wait()
        for thread in threads:
            thread.join()
        stop.set()
        states = fold(read_events(path))
        assert len(acknowledged) > 20
        total += len(acknowledged)
        lost = [(c, q) for c, q in acknowledged if states[c].answers.get(q) != STORED[q]]
        assert lost == []
    # Somebody was in the middle; the interview goes on with the question that was next.
    half = next(c for c, s in states.items() if s.answers and not s.over)
    _, port = start()
    page = ask(port, "GET", f"/{WAVE}/{dict(tokens)[half]}")[1]
    following = list(ANSWERS)[len(states[half].answers)]
    assert f'name="q_{following}"' in page


@pytest.mark.slow
def test_being_asked_to_end_is_no_accident(start, tmp_path):
    server, _ = start()
    field_path = tmp_path / "surveys" / "tracker" / "waves" / WAVE / "field.sqlite"
    assert field_path.is_file()
    server.terminate()
    assert server.wait(timeout=15) in {0, -signal.SIGTERM}
    # Everything is in the one file: nothing is left beside it.
    assert not field_path.with_name("field.sqlite-wal").exists()
