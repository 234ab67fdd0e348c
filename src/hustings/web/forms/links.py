"""Personal links: the web form of one voter, page by page, and how to be left alone."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from fastapi import FastAPI, Request, Response

from hustings.errors import InputError
from hustings.survey.fieldwork import words
from hustings.survey.fieldwork.field import Case, Field
from hustings.survey.fieldwork.interview import CaseState, plain_answers
from hustings.survey.fieldwork.journal import Event
from hustings.survey.questionnaire import Ask, Assignment, Finished, next_step, page_at, progress, trail
from hustings.web.forms.pages import BACK, GO, Raw, finished_html, message_html, page_html, posted, read_form
from hustings.web.forms.requests import HEADERS, Pace, Turns, add_route, html, read_body

STEP, PAGE, AGAIN = "step", "page", "again"
"""Hidden fields of a form: how many inputs were taken when it was shown, which page it is, whether it is shown again."""


@dataclass
class Links:
    """The voters' side of a field.

    Parameters
    ----------
    field : Field
        The wave.
    now : callable
        Gives the moment, ISO 8601 in UTC.
    turns : Turns
        One at a time for each case.
    pace : Pace
        How fast one link may be used.
    """

    field: Field
    now: Callable[[], str]
    turns: Turns
    pace: Pace
    opened: dict[int, str] = made(default_factory=dict, init=False)

    def add_to(self, app: FastAPI) -> None:
        """Add the routes."""
        add_route(app, "/{wave}/{token}", self.show, methods=["GET"])
        add_route(app, "/{wave}/{token}", self.take, methods=["POST"])
        add_route(app, "/{wave}/{token}/stop", self.ask_stop, methods=["GET"])
        add_route(app, "/{wave}/{token}/stop", self.stop, methods=["POST"])

    async def show(self, request: Request) -> Response:
        """Show where the interview stands, or a page again."""
        case, page = self._case(request), request.query_params.get("page", "")
        if isinstance(case, Response):
            return case
        state = self.field.state(case.case_id)
        if state.over:
            return self._over(state)
        assignment = self.field.assignment(case.case_id)
        if state.assignment is None:
            # On disk before anything is shown: a race stores the same one, once.
            body = {"assignment": assignment.to_json()}
            event = Event(f"assigned:{case.case_id}", case.case_id, self.now(), "web", "assigned", body)
            await asyncio.wrap_future(self.field.journal.append(event))
        if not state.started_at:
            self.opened[case.case_id] = self.now()
        step = self._step(state, assignment, page)
        if isinstance(step, Finished):
            return html(finished_html(self.field.questionnaire, step, sponsor=self.field.asker.name))
        again = step.page.name == page
        return html(self._page(case, state, assignment, step, values=state.answers, errors={}, again=again))

    async def take(self, request: Request) -> Response:
        """Take a page's answers; they are on disk before anything is answered."""
        case = self._case(request)
        if isinstance(case, Response):
            return case
        pairs = await read_body(request)
        form: dict[str, list[str]] = {}
        for name, value in pairs:
            form.setdefault(name, []).append(value)
        async with self.turns.of(case.case_id):
            state = self.field.state(case.case_id)
            if state.over:
                return self._over(state)
            assignment = self.field.assignment(case.case_id)
            page = form.get(PAGE, [""])[0]
            if form.get(GO) == [BACK]:
                return self._back(case, state, assignment, page)
            # The same form again is the same event; the same page with another answer is another.
            told = hashlib.sha256(repr(pairs).encode()).hexdigest()[:16]
            key = f"web:{case.case_id}:{told}"
            step = self._asked(state, assignment, page, again=AGAIN in form)
            if step is None or self.field.journal.find(key) is not None:
                if step is None and page:
                    await self._record(case, f"{key}:late", request, state, [("late", {"page": page, "form": form})])
                return self._onward(case)
            answers, errors = read_form(step.page, form)
            if errors:
                shown = {**state.answers, **posted(step.page, form)}
                text = self._page(case, state, assignment, step, values=shown, errors=errors, again=AGAIN in form)
                return html(text, 422)
            events = [("answer", {"answers": plain_answers(answers), "page": page})]
            following = next_step(self.field.questionnaire, {**state.answers, **answers}, assignment)
            if isinstance(following, Finished):
                events.append(("finished", {"outcome": following.kind}))
            await self._record(case, key, request, state, events)
        return self._onward(case)

    async def ask_stop(self, request: Request) -> Response:
        """Ask whether the voter wants to be left alone: a link that is merely opened takes nobody off."""
        case = self._case(request)
        if isinstance(case, Response):
            return case
        if self.field.state(case.case_id).stopped:
            return html(message_html("You are off our list", words.STOPPED))
        text = "We will not write to you or call you again, about this survey or any other."
        return html(message_html("Never ask you again?", text, button="Yes, never ask me again", action="stop"))

    async def stop(self, request: Request) -> Response:
        """Take the voter off every list, at once and for ever."""
        case = self._case(request)
        if isinstance(case, Response):
            return case
        async with self.turns.of(case.case_id):
            if not self.field.state(case.case_id).stopped:
                at = self.now()
                add = self.field.opt_outs.add
                await asyncio.to_thread(add, at=at, source="web", voter_id=case.voter_id, phone=case.phone or None)
                event = Event(f"web:{case.case_id}:stop", case.case_id, at, "web", "stopped", {})
                await asyncio.wrap_future(self.field.record(event))
        return html(message_html("You are off our list", words.STOPPED))

    def _case(self, request: Request) -> Case | Response:
        wave, token = request.path_params["wave"], request.path_params["token"]
        case = self.field.by_token.get(token) if wave == self.field.wave.name else None
        if case is None:
            text = "Please check that the whole link was copied. Links work for one survey only."
            return html(message_html("This link leads nowhere", text), 404)
        if not self.pace.takes(token):
            return html(message_html("One moment, please", "That was too fast. Please try again in a minute."), 429)
        return case

    def _step(self, state: CaseState, assignment: Assignment, page: str) -> Ask | Finished:
        """The page asked for when it is on the way, otherwise the one that stands."""
        if page:
            try:
                return page_at(self.field.questionnaire, state.answers, assignment, page)
            except InputError:
                pass
        return next_step(self.field.questionnaire, state.answers, assignment)

    def _asked(self, state: CaseState, assignment: Assignment, page: str, *, again: bool) -> Ask | None:
        """The page that a form answers; None when it is not, or no longer, on the way."""
        step = next_step(self.field.questionnaire, state.answers, assignment)
        if not again and isinstance(step, Ask) and step.page.name == page:
            return step
        try:
            return page_at(self.field.questionnaire, state.answers, assignment, page)
        except InputError:
            return None

    def _page(
        self,
        case: Case,
        state: CaseState,
        assignment: Assignment,
        step: Ask,
        *,
        values: Mapping[str, Raw],
        errors: Mapping[str, str],
        again: bool,
    ) -> str:
        behind = trail(self.field.questionnaire, state.answers, assignment)
        hidden = {STEP: str(state.step), PAGE: step.page.name} | ({AGAIN: "1"} if again else {})
        return page_html(
            self.field.questionnaire,
            step,
            # Relative: the server may lie behind any prefix of a proxy.
            action=case.token,
            values=values,
            errors=errors,
            progress=progress(self.field.questionnaire, state.answers, assignment),
            hidden=hidden,
            sponsor=self._sponsor(),
            stop_url=f"{case.token}/stop",
            back=bool(behind) and step.page.name != behind[0],
        )

    def _sponsor(self) -> str:
        return f"A survey by {self.field.asker.name}. Questions: {self.field.asker.contact}"

    def _back(self, case: Case, state: CaseState, assignment: Assignment, page: str) -> Response:
        """Lead to the page before."""
        behind = trail(self.field.questionnaire, state.answers, assignment)
        place = behind.index(page) if page in behind else len(behind)
        return self._onward(case, behind[place - 1] if place else "")

    @staticmethod
    def _onward(case: Case, page: str = "") -> Response:
        where = f"{case.token}?page={page}" if page else case.token
        return Response(status_code=303, headers={**HEADERS, "Location": where})

    def _over(self, state: CaseState) -> Response:
        if state.stopped:
            return html(message_html("You are off our list", words.STOPPED))
        return html(message_html("Thank you", words.AFTER))

    async def _record(
        self, case: Case, key: str, request: Request, state: CaseState, events: list[tuple[str, dict[str, Any]]]
    ) -> None:
        at, first = self.now(), {}
        if not state.started_at:
            client = request.client.host if request.client else ""
            first = {
                "device": self.field.mark(f"{client} {request.headers.get('user-agent', '')}"),
                "opened_at": self.opened.pop(case.case_id, at),
            }
        told = [
            Event(f"{key}:{i}" if i else key, case.case_id, at, "web", kind, body if i else {**body, **first})
            for i, (kind, body) in enumerate(events)
        ]
        await asyncio.wrap_future(self.field.record(*told))
