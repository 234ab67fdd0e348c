"""What the provider posts: texts that came in, keys that were pressed, what became of an attempt.

Each webhook is signed, and carries an id: forged ones are refused and counted, replayed ones get the same answer again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any
from xml.sax.saxutils import escape

from fastapi import FastAPI, Request, Response

from hustings.survey.fieldwork import ivr, words
from hustings.survey.fieldwork.channels import Account, signed
from hustings.survey.fieldwork.field import Case, Field
from hustings.survey.fieldwork.journal import Event
from hustings.survey.fieldwork.phones import read_phone
from hustings.survey.fieldwork.sms import reply_to
from hustings.web.forms.requests import Turns, add_route, read_body, xml

FINAL = frozenset({"delivered", "undelivered", "failed", "completed", "busy", "no-answer", "canceled"})
"""Words of the provider that say what became of an attempt; the others are passed over."""
_REFUSED = Response("the signature is not the provider's", 403)
_CONTROLS = dict.fromkeys(i for i in range(32) if chr(i) not in "\n\t")
"""What XML cannot hold."""
_UNKNOWN = Response("not found", 404)


@dataclass
class Webhooks:
    """The provider's side of a field.

    Parameters
    ----------
    field : Field
        The wave.
    account : Account
        Whose secret signs.
    now : callable
        Gives the moment, ISO 8601 in UTC.
    turns : Turns
        One at a time for each case.
    """

    field: Field
    account: Account
    now: Callable[[], str]
    turns: Turns
    forged: int = made(default=0, init=False)

    def add_to(self, app: FastAPI) -> None:
        """Add the routes."""
        add_route(app, "/sms", self.sms, methods=["POST"])
        add_route(app, "/voice/{token}/{attempt:int}", self.pick_up, methods=["POST"])
        add_route(app, "/voice/{token}/{attempt:int}/key", self.key, methods=["POST"])
        add_route(app, "/status/{token}/{attempt:int}", self.status, methods=["POST"])

    async def sms(self, request: Request) -> Response:
        """Take a text."""
        form = await self._form(request)
        if form is None:
            return _REFUSED
        key = f"sms:{form.get('MessageSid', '')}"
        sender = form.get("From", "")
        case = self.field.by_phone.get(sender) or self.field.by_phone.get(read_phone(sender).e164)
        if case is None:
            return await self._stranger(form, key)
        async with self.turns.of(case.case_id):
            state = self.field.state(case.case_id)
            known = self.field.journal.find(key)
            if known is not None:
                return _message(known.body["reply"])
            at = self.now()
            assignment = self.field.assignment(case.case_id)
            said = form.get("Body", "")
            reply = reply_to(self.field.questionnaire, state, assignment, said, at, self.field.asker)
            if reply.opt_out:
                await self._opt_out(case, at, "sms")
            device = {} if state.device else {"device": self.field.mark(case.phone)}
            await self._record(case, key, at, "sms", reply.events, {"reply": reply.text, **device})
        return _message(reply.text)

    async def pick_up(self, request: Request) -> Response:
        """Somebody, or something, picked up."""
        form = await self._form(request)
        if form is None:
            return _REFUSED
        case, attempt = self._attempt(request)
        if case is None:
            return _UNKNOWN
        key = f"ivr:{form.get('CallSid', '')}:start"
        async with self.turns.of(case.case_id):
            known = self.field.journal.find(key)
            if known is not None:
                return xml(known.body["reply"])
            machine = form.get("AnsweredBy", "").startswith(ivr.MACHINES)
            turn = ivr.Turn(()) if machine else ivr.pick_up(self.field.state(case.case_id), self.field.asker)
            reply = self._twiml(turn, case, attempt, begun=False)
            fax = form.get("AnsweredBy") == "fax"
            outcome = "fax" if fax else "machine" if machine else "in-progress"
            events = (("status", {"attempt": attempt, "outcome": outcome}),)
            await self._record(case, key, self.now(), "ivr", events, {"reply": reply})
        return xml(reply)

    async def key(self, request: Request) -> Response:
        """Take a key, or the lack of one."""
        form = await self._form(request)
        if form is None:
            return _REFUSED
        case, attempt = self._attempt(request)
        if case is None:
            return _UNKNOWN
        asks = request.query_params
        # Signed, as all of the address is: nobody else's numbers.
        step, begun, silent = (int(asks.get(name, "0")) for name in ("step", "begun", "silent"))
        asked, asker = self.field.questionnaire, self.field.asker
        key = f"ivr:{form.get('CallSid', '')}:{step}"
        async with self.turns.of(case.case_id):
            known = self.field.journal.find(key)
            if known is not None:
                return xml(known.body["reply"])
            state, assignment = self.field.state(case.case_id), self.field.assignment(case.case_id)
            at, digits = self.now(), form.get("Digits", "")
            if step != state.step or not digits:
                turn = ivr.again(asked, state, assignment, asker, begun=bool(begun))
                if digits:
                    late = (("late", {"said": digits, "step": step}),)
                    await self._record(case, f"{key}:late", at, "ivr", late, {})
                elif silent >= ivr.SILENCES:
                    turn = ivr.Turn(("We did not hear a key. Goodbye.",))
                return xml(self._twiml(turn, case, attempt, begun=bool(begun), silent=silent))
            turn = ivr.keyed(asked, state, assignment, digits, begun=bool(begun))
            if turn.opt_out:
                await self._opt_out(case, at, "ivr")
            going = bool(begun) or any(kind == "begun" for kind, _ in turn.events)
            reply = self._twiml(turn, case, attempt, begun=going)
            if turn.events:
                device = {} if state.device else {"device": self.field.mark(case.phone)}
                await self._record(case, key, at, "ivr", turn.events, {"reply": reply, **device})
        return xml(reply)

    async def status(self, request: Request) -> Response:
        """Take what became of an attempt."""
        form = await self._form(request)
        if form is None:
            return _REFUSED
        case, attempt = self._attempt(request)
        if case is None:
            return _UNKNOWN
        mode = "ivr" if "CallSid" in form else ""
        sid = form.get("CallSid") or form.get("MessageSid", "")
        outcome = form.get("CallStatus") or form.get("MessageStatus", "")
        if outcome in FINAL:
            reason = {"reason": form["ErrorCode"]} if form.get("ErrorCode") else {}
            events = (("status", {"attempt": attempt, "outcome": outcome, **reason}),)
            await self._record(case, f"status:{sid}:{outcome}", self.now(), mode, events, {})
        return Response(status_code=204)

    def _attempt(self, request: Request) -> tuple[Case | None, int]:
        """Case and number of the attempt that an address is about."""
        return self.field.by_token.get(request.path_params["token"]), request.path_params["attempt"]

    async def _form(self, request: Request) -> dict[str, str] | None:
        """Read a webhook; None when the provider did not sign it."""
        form = dict(await read_body(request))
        # As the provider saw it: a proxy in between may have another name and scheme for us.
        url = self.field.asker.public_url + request.scope["path"]
        if request.url.query:
            url += f"?{request.url.query}"
        if signed(self.account.token, url, form, request.headers.get("x-twilio-signature", "")):
            return form
        self.forged += 1
        if self.forged & (self.forged - 1) == 0:
            # At 1, 2, 4, 8, ...: a flood of forgeries fills no disk.
            at = self.now()
            self.field.record(Event(f"forged:{at}:{self.forged}", 0, at, "", "forged", {"so_far": self.forged}))
        return None

    async def _stranger(self, form: dict[str, str], key: str) -> Response:
        """Answer a number that nobody drew: to be left alone is everybody's right."""
        if not words.wants_out(form.get("Body", ""), strict=False):
            return _message("")
        number, at = read_phone(form.get("From", "")).e164, self.now()
        if number:
            await asyncio.to_thread(self.field.opt_outs.add, at=at, source="sms", phone=number)
        event = Event(key, 0, at, "sms", "stopped", {"reply": words.STOPPED})
        await asyncio.wrap_future(self.field.record(event))
        return _message(words.STOPPED)

    async def _opt_out(self, case: Case, at: str, source: str) -> None:
        """Take a voter off every list: on disk before anything else is."""
        add = self.field.opt_outs.add
        await asyncio.to_thread(add, at=at, source=source, voter_id=case.voter_id, phone=case.phone or None)

    async def _record(
        self,
        case: Case,
        key: str,
        at: str,
        mode: str,
        events: Sequence[tuple[str, dict[str, Any]]],
        first: dict[str, Any],
    ) -> None:
        """Store events; the first one has the webhook's own key and carries the answer to it."""
        told = [
            Event(f"{key}:{i}" if i else key, case.case_id, at, mode, kind, body if i else {**body, **first})
            for i, (kind, body) in enumerate(events)
        ]
        await asyncio.wrap_future(self.field.record(*told))

    def _twiml(self, turn: ivr.Turn, case: Case, attempt: int, *, begun: bool, silent: int = 0) -> str:
        base = f"{self.field.asker.public_url}/voice/{case.token}/{attempt}/key?step={turn.step}&begun={int(begun)}"
        return ivr.twiml(turn, base, f"{base}&silent={silent + 1}")


def _message(text: str) -> Response:
    """Answer a text with another one, or with none."""
    # By hand, for it is small: the library builds a tree for it, which takes as long as the rest of the answer.
    body = escape(text.translate(_CONTROLS))
    message = f"<Message>{body}</Message>" if text else ""
    return xml(f'<?xml version="1.0" encoding="UTF-8"?><Response>{message}</Response>')
