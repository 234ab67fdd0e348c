"""Voters answer what is sent to them, over HTTP, until nothing more comes."""

from __future__ import annotations

import queue
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from hustings.errors import StoreError
from hustings.survey.codebook import Codebook
from hustings.survey.rehearsal.answers import Reader
from hustings.survey.rehearsal.provider import Delivery, FakeProvider
from hustings.survey.rehearsal.voters import SimulatedVoter

LONGEST = 200
"""Answers after which an interview is given up: it goes in circles."""
TOLD_SECONDS, STOPPING_SECONDS = 0.5, 5.0
"""How often it is told how many are done, and how long an interrupted rehearsal waits for a voter."""
_MESSAGE = re.compile(r"<Message>(.*?)</Message>", re.DOTALL)
_SAY = re.compile(r"<Say>(.*?)</Say>", re.DOTALL)
_ACTION = re.compile(r'<Gather[^>]*action="([^"]+)"')
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Rehearsed:
    """What happened: counts of what voters did, and of what the provider did."""

    voters: Counter[str]
    provider: Counter[str]


def rehearse(
    provider: FakeProvider,
    voters: Mapping[str, SimulatedVoter],
    book: Codebook,
    *,
    at_once: int = 8,
    quiet_seconds: float = 2.0,
    over: Callable[[], bool] = lambda: False,
    told: Callable[[int], None] = lambda _done: None,
) -> Rehearsed:
    """Let voters answer until the provider has had nothing to deliver for a while.

    Parameters
    ----------
    provider : FakeProvider
        Listening, and knowing where the server is.
    voters : mapping of str to SimulatedVoter
        By their number, E.164.
    book : Codebook
        What they are asked.
    at_once : int
        Voters who answer at the same time.
    quiet_seconds : float
        How long nothing must come.
    over : callable
        Ends it earlier.
    told : callable
        Is told now and then how many voters have done with their interviews.

    Raises
    ------
    StoreError
        The server answered a replay otherwise, or took a forgery.
    """
    crowd = _Crowd(provider, voters, Reader(book))
    busy, lock, problems = Counter[str](), threading.Lock(), list[Exception]()

    def count(change: int) -> int:
        with lock:
            busy["voters"] += change
            return busy["voters"]

    def work() -> None:
        while not problems and not over():
            try:
                delivery = provider.outbox.get(timeout=quiet_seconds)
            except queue.Empty:
                if not count(0):
                    return
                continue
            count(1)
            try:
                crowd.receive(delivery)
            except Exception as err:  # noqa: BLE001 (told to the caller below)
                problems.append(err)
            count(-1)

    threads = [threading.Thread(target=work, name=f"voter-{i}") for i in range(at_once)]
    for thread in threads:
        thread.start()
    _wait_for(threads, lambda: told(crowd.done()), problems)
    if problems:
        raise problems[0]
    return Rehearsed(crowd.counts, provider.counts)


def _wait_for(threads: Sequence[threading.Thread], tell: Callable[[], None], problems: list[Exception]) -> None:
    """Wait for voters, telling how things stand; interrupted, they go home before the server does."""
    try:
        for thread in threads:
            while thread.is_alive():
                thread.join(TOLD_SECONDS)
                tell()
    except BaseException as err:
        problems.append(StoreError(f"interrupted: {err}"))
        for thread in threads:
            thread.join(STOPPING_SECONDS)
        raise


class _Crowd:
    """Voters and what they do with what reaches them."""

    def __init__(self, provider: FakeProvider, voters: Mapping[str, SimulatedVoter], reader: Reader) -> None:
        self.provider = provider
        self.voters = voters
        self.reader = reader
        self.counts: Counter[str] = Counter()

    def done(self) -> int:
        """How many interviews have come to an end."""
        return sum(n for what, n in list(self.counts.items()) if what.endswith(" done"))

    def receive(self, delivery: Delivery) -> None:
        """React to a text or call."""
        voter = self.voters.get(delivery.to)
        if delivery.kind == "call":
            self._answer_call(delivery, voter)
            return
        self._status(delivery, "delivered" if voter else "undelivered")
        if voter is None or voter.mood == "ignores":
            return
        if voter.mood == "answers":
            link = _LINK.search(delivery.body)
            if link:
                self._browse(voter, link[0])
            else:
                self._chat(voter, delivery)
        else:
            said = {"leaves": "STOP!! 🛑", "declines": "No thanks"}[voter.mood]
            self._text(delivery.to, said)
            self.counts[voter.mood] += 1

    def _browse(self, voter: SimulatedVoter, link: str) -> None:
        """Answer by the web form."""
        opinions = dict(voter.opinions)
        for step in range(LONGEST):
            _, page = self.provider.request("GET", link)
            form = self.reader.form(page, opinions)
            if form is None:
                self.counts["web done"] += 1
                return
            if step >= voter.patience:
                self.counts["web left"] += 1
                return
            self.provider.request("POST", link, form)
        self.counts["web in circles"] += 1

    def _chat(self, voter: SimulatedVoter, delivery: Delivery) -> None:
        """Answer by texts."""
        opinions, said = dict(voter.opinions), "Yes!"
        for step in range(LONGEST):
            text = self._text(delivery.to, said)
            reply = self.reader.reply(text, opinions, "sms")
            if reply is None:
                self.counts["sms done"] += 1
                return
            if step >= voter.patience:
                self.counts["sms left"] += 1
                return
            said = "¯\\_(ツ)_/¯" if voter.rng.random() < voter.mistypes else reply
        self.counts["sms in circles"] += 1

    def _text(self, sender: str, said: str) -> str:
        """Send a text to the server and give its answer."""
        sid = self.provider.new_sid("SM")
        form = {"MessageSid": sid, "From": sender, "To": self.provider.account.number, "Body": said}
        _, answer = self.provider.post(f"{self.provider.public_url}/sms", form)
        return unescape("".join(_MESSAGE.findall(answer)))

    def _answer_call(self, delivery: Delivery, voter: SimulatedVoter | None) -> None:
        """Pick up, or not, and press keys."""
        if voter is None or (voter.mood == "ignores" and not voter.machine):
            self._status(delivery, "no-answer")
            return
        who = "machine_start" if voter.machine and voter.mood == "ignores" else "human"
        sid = {"CallSid": delivery.sid, "To": delivery.to, "From": self.provider.account.number}
        _, said = self.provider.post(delivery.url, {**sid, "AnsweredBy": who})
        keys = {"answers": "1", "leaves": "9"}.get(voter.mood, "")
        opinions = dict(voter.opinions)
        for step in range(LONGEST):
            action = _ACTION.search(said)
            if not action or not keys or step > voter.patience:
                break
            _, said = self.provider.post(unescape(action[1]), {**sid, "Digits": keys})
            spoken = unescape(" ".join(_SAY.findall(said)))
            keys = self.reader.reply(spoken, opinions, "ivr") or ""
        self.counts["ivr machine" if who != "human" else "ivr done" if not _ACTION.search(said) else "ivr left"] += 1
        self._status(delivery, "completed")

    def _status(self, delivery: Delivery, status: str) -> None:
        """Report what became of it."""
        name = "Call" if delivery.kind == "call" else "Message"
        self.provider.post(delivery.status_url, {f"{name}Sid": delivery.sid, f"{name}Status": status})
