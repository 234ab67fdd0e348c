"""Answers a second that the field server takes on one core, over HTTP on loopback, every one on disk first.

An answer is a page posted and the next page fetched. The floor is the same server and client with a handler that does
nothing: their ratio does not depend on the machine.

    python benchmarks/bench_field.py [--seconds 10] [--at-once 32]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from made_field import WAVE, made_field

CASES = 5000
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
VALUES = {"p1": {"q_vote": "ann"}, "p2": {"q_why_ann": "yes"}, "p3": {"q_heard": "ads, 🙂"}, "p4": {"q_age": "44"}}


def run_server(root: Path, port: int) -> None:
    """Serve until killed; with a route that does nothing beside."""
    from fastapi import Request, Response
    from starlette.routing import Route

    from hustings.web.forms.server import ServerSettings, field_app, serve

    field = made_field(root, CASES)
    app = field_app(field, settings=ServerSettings(requests_per_second=0))
    body = "x" * 5000

    async def nothing(_request: Request) -> Response:
        return Response(body)

    app.router.routes.insert(0, Route("/floor", nothing, methods=["GET", "POST"]))
    serve(app, ServerSettings(port=port))


class Client:
    """One connection that is kept; as little of HTTP as will do."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def open(self) -> None:
        """Connect."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """Ask, and give status and text."""
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\n" if body else ""
        self.writer.write(f"{head}{kind}\r\n{body}".encode())
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = re.search(r"content-length: (\d+)", answer)
        text = await self.reader.readexactly(int(length[1])) if length else b""
        return int(answer[9:12]), text.decode()


async def load(port: int, tokens: list[str], seconds: float, at_once: int, *, floor: bool) -> tuple[int, float]:
    """Answer as fast as the server takes it; gives answers and seconds."""
    end = time.perf_counter() + seconds
    waiting = iter(tokens)
    done = 0

    async def one() -> None:
        nonlocal done
        client = Client(port)
        await client.open()
        for token in waiting:
            path = "/floor" if floor else f"/{WAVE}/{token}"
            _, text = await client.ask("GET", path)
            for page, value in VALUES.items():
                form = dict(HIDDEN.findall(text)) | value
                status, _ = await client.ask("POST", path, urlencode(form))
                assert floor or status == 303, (status, page)
                _, text = await client.ask("GET", path)
                done += 1
                if time.perf_counter() > end:
                    return

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(at_once)))
    return done, time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--at-once", type=int, default=32)
    parser.add_argument("--serve", nargs=2)
    asked = parser.parse_args()
    if asked.serve:
        run_server(Path(asked.serve[0]), int(asked.serve[1]))
        return
    root = Path(tempfile.mkdtemp(prefix="field-"))
    field = made_field(root, CASES)
    tokens = [case.token for case in field.cases.values()]
    field.close()
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    pin = ["taskset", "-c", str(cores[-1])] if len(cores) > 1 and shutil.which("taskset") else []
    port = 8917
    server = subprocess.Popen([*pin, sys.executable, __file__, "--serve", str(root), str(port)])  # noqa: S603 (ourselves)
    try:
        for _ in range(200):
            time.sleep(0.1)
            with contextlib.suppress(OSError):
                asyncio.run(Client(port).open())
                break
        done, took = asyncio.run(load(port, tokens * 9, asked.seconds / 2, asked.at_once, floor=True))
        floor = done / took
        print(f"floor: {floor:8.0f} answers/s (two requests each, nothing done)")
        done, took = asyncio.run(load(port, tokens, asked.seconds, asked.at_once, floor=False))
        print(f"field: {done / took:8.0f} answers/s on one core, each on disk before it is acknowledged")
        print(f"ratio: {done / took / floor:8.2f}")
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
