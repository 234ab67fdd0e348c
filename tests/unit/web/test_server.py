"""The field server over its whole interface: links, texts, calls; replayed, forged, late, too fast, too large."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from html import unescape
from urllib.parse import urlencode

import httpx
import pytest
from twilio.request_validator import RequestValidator

from hustings.survey.fieldwork import case_dispositions, collect
from hustings.web.forms.server import ServerSettings, field_app
from made_field import ACCOUNT, PUBLIC, WAVE, made_field

NOON = dt.datetime(2016, 10, 1, 16, tzinfo=dt.UTC)
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
OPEN = "ads 🙂 & a slur: f***ot <b>\"'; DROP TABLE voters;--"


class Client:
    """A voter's browser, and the provider."""

    def __init__(self, field, **settings):
        self.field, self.now = field, NOON
        self.settings = ServerSettings(**({"requests_per_second": 0} | settings))
        self.app = field_app(field, self.clock, account=ACCOUNT, settings=self.settings)

    def clock(self):
        self.now += dt.timedelta(seconds=7)
        return self.now

    def ask(self, method, path, **rest):
        async def go():
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://inside") as client:
                return await client.request(method, path, **rest)

        return asyncio.run(go())

    def link(self, case):
        return f"/{WAVE}/{self.field.cases[case].token}"

    def post(self, case, **values):
        """Fill the page that is shown."""
        hidden = dict(HIDDEN.findall(self.ask("GET", self.link(case)).text))
        return self.ask("POST", self.link(case), data=hidden | {f"q_{k}": v for k, v in values.items()})

    def hook(self, path, signature=None, **form):
        made = RequestValidator(ACCOUNT.token).compute_signature(PUBLIC + path, form)
        head = {
            "X-Twilio-Signature": made if signature is None else signature,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return self.ask("POST", path, content=urlencode(form), headers=head)

    def text(self, case, said, sid, **rest):
        answer = self.hook("/sms", From=self.field.cases[case].phone, Body=said, MessageSid=sid, **rest)
        return unescape(re.sub(r"<[^>]+>", "", answer.text.split("?>")[1]))


@pytest.fixture
def client(tmp_path):
    field = made_field(tmp_path)
    yield Client(field)
    field.close()


def kinds(client, case):
    return [event.kind for event in client.field.journal.events() if event.case_id == case]


def test_a_link_leads_through_the_form_and_words_stay_as_they_are(client):
    page = client.ask("GET", client.link(1))
    assert "for whom would you vote" in page.text
    assert kinds(client, 1) == ["assigned"]
    answer = client.post(1, vote="ann")
    assert answer.status_code == 303
    assert answer.headers["location"] == client.field.cases[1].token
    client.post(1, why_ann="yes")
    client.post(1, heard=OPEN)
    client.post(1, age="44")
    assert "Thank you" in client.ask("GET", client.link(1)).text
    assert client.field.state(1).answers == {"vote": "ann", "why_ann": "yes", "heard": OPEN, "age": 44.0}
    interviews, _ = collect(client.field.wave, at=NOON + dt.timedelta(hours=1))
    assert interviews.answers.filter(question="heard")["text"].to_list() == [OPEN]
    row = interviews.respondents.row(0, named=True)
    assert (row["respondent_id"], row["voter_id"], row["mode"], row["disposition"]) == ("1", 1001, "web", "1.1")
    assert row["field_date"] == dt.date(2016, 10, 1)
    # The clock goes on seven seconds each time it is looked at: opened, then four pages.
    assert row["seconds"] == 7 * 4
    assert interviews.splits["split"].to_list() == ["message"]


def test_headers_keep_the_page_to_itself(client):
    answer = client.ask("GET", client.link(1))
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers


def test_a_wrong_answer_is_shown_again_and_not_stored(client):
    answer = client.post(1)
    assert answer.status_code == 422
    assert "vote" not in client.field.state(1).answers


def test_going_back_changes_an_answer_and_both_stay(client):
    client.post(1, vote="ann")
    client.post(1, why_ann="yes")
    hidden = dict(HIDDEN.findall(client.ask("GET", client.link(1)).text))
    back = client.ask("POST", client.link(1), data=hidden | {"go": "back"})
    assert back.headers["location"].endswith("?page=p2")
    first = client.ask("GET", client.link(1) + "?page=p1")
    client.ask("POST", client.link(1), data=dict(HIDDEN.findall(first.text)) | {"q_vote": "bob"})
    client.post(1, heard="x")
    client.post(1, age="50")
    interviews, _ = collect(client.field.wave, at=NOON + dt.timedelta(hours=1))
    # Who votes for Bob is not asked about Ann.
    assert set(interviews.answers["question"]) == {"vote", "heard", "age"}
    assert interviews.answers.filter(question="vote")["code"].to_list() == ["bob"]
    stored = [e.body["answers"] for e in client.field.journal.events() if e.kind == "answer"]
    assert stored[:3] == [{"vote": "ann"}, {"why_ann": "yes"}, {"vote": "bob"}]


def test_a_form_posted_twice_is_one_answer(client):
    hidden = dict(HIDDEN.findall(client.ask("GET", client.link(1)).text)) | {"q_vote": "ann"}
    answers = [client.ask("POST", client.link(1), data=hidden) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert kinds(client, 1) == ["assigned", "answer"]


def test_an_answer_to_a_page_that_is_not_on_the_way_is_kept_and_not_applied(client):
    client.post(1, vote="bob")
    client.ask("POST", client.link(1), data={"page": "p2", "step": "1", "q_why_ann": "yes"})
    assert kinds(client, 1)[-1] == "late"
    assert "why_ann" not in client.field.state(1).answers


def test_a_link_that_is_wrong_or_of_another_wave_leads_nowhere(client):
    for path in (f"/{WAVE}/" + "a" * 26, client.link(1).replace(WAVE, "2016-10-02"), "/", "/x/y/z"):
        assert client.ask("GET", path).status_code == 404
    assert "1001" not in client.link(1)


def test_stopping_by_link_takes_one_press_and_holds_everywhere(client):
    client.ask("GET", client.link(1) + "/stop")
    assert not client.field.state(1).stopped
    client.ask("POST", client.link(1) + "/stop")
    assert client.field.opt_outs.voters().to_list() == [1001]
    assert "off our list" in client.ask("GET", client.link(1)).text
    assert "off our list" in client.post(1, vote="ann").text
    assert client.field.state(1).answers == {}


def test_too_large_and_too_fast(tmp_path):
    field = made_field(tmp_path)
    client = Client(field, requests_per_second=0.001, burst=3)
    assert client.ask("POST", client.link(1), content=b"q_heard=" + b"x" * 70_000).status_code == 413
    assert [client.ask("GET", client.link(1)).status_code for _ in range(3)] == [200, 200, 429]
    assert client.ask("GET", client.link(2)).status_code == 200
    field.close()


def test_an_interview_by_text_with_replays_forgeries_and_strangers(client):
    assert "for whom" in client.text(2, "Yes", "SM1")
    first = client.text(2, "ann adams", "SM2")
    assert "certain" in first
    assert client.text(2, "ann adams", "SM2") == first
    assert client.field.state(2).step == 2
    forged = client.hook("/sms", "bm8=", From=client.field.cases[2].phone, Body="STOP", MessageSid="SM3")
    assert forged.status_code == 403
    assert not client.field.state(2).stopped
    stranger = client.hook("/sms", From="+12025550199", Body="Stop", MessageSid="SM4")
    assert "off our list" in stranger.text
    assert client.field.opt_outs.holds(None, client.field.opt_outs.phone_key("+12025550199"))
    assert "off our list" in client.text(2, "STOP 🛑", "SM5")
    # Of no case: the forgery is counted, nothing of it is kept.
    assert [(e.kind, "said" in e.body) for e in client.field.journal.events() if not e.case_id] == [
        ("forged", False),
        ("stopped", False),
    ]
    assert client.field.opt_outs.voters().to_list() == [1002]


def test_a_call_with_late_keys_replays_silence_and_machines(client):
    token = client.field.cases[3].token
    start = f"/voice/{token}/1"
    assert "press 9" in client.hook(start, CallSid="CA1", AnsweredBy="human").text
    asked = client.hook(f"{start}/key?step=0&begun=0", CallSid="CA1", Digits="1").text
    assert "Press 1 for" in asked
    assert "step=1&amp;begun=1" in asked
    assert client.hook(f"{start}/key?step=0&begun=0", CallSid="CA1", Digits="1").text == asked
    again = client.hook(f"{start}/key?step=1&begun=1&silent=1", CallSid="CA1").text
    assert "Press 1 for" in again
    assert "Goodbye" in client.hook(f"{start}/key?step=1&begun=1&silent=2", CallSid="CA1").text
    client.hook(f"{start}/key?step=1&begun=1", CallSid="CA1", Digits="1")
    late = client.hook(f"{start}/key?step=1&begun=1", CallSid="CA2", Digits="2")
    assert late.status_code == 200
    assert kinds(client, 3) == ["status", "assigned", "begun", "answer", "late"]
    machine = client.hook(f"/voice/{client.field.cases[4].token}/1", CallSid="CA3", AnsweredBy="machine_start")
    assert "Hangup" in machine.text
    assert "Say" not in machine.text


def test_what_became_of_an_attempt_may_come_before_it_was_sent(client):
    token = client.field.cases[5].token
    answer = client.hook(f"/status/{token}/1", MessageSid="SM9", MessageStatus="undelivered", ErrorCode="30005")
    assert answer.status_code == 204
    assert client.hook(f"/status/{'z' * 26}/1", MessageSid="SM9", MessageStatus="delivered").status_code == 404


def test_a_restart_in_the_middle_goes_on_where_it_stopped(client, tmp_path):
    client.post(1, vote="ann")
    shown = client.ask("GET", client.link(1)).text
    client.field.close()
    field = made_field(tmp_path)
    other = Client(field)
    assert other.ask("GET", other.link(1)).text == shown
    other.post(1, why_ann="no")
    assert field.state(1).answers == {"vote": "ann", "why_ann": "no"}
    field.close()


def test_a_mode_may_change_in_the_middle(client):
    client.text(6, "yes", "SM1")
    client.text(6, "Bob Brown", "SM2")
    assert "What have you heard" in client.ask("GET", client.link(6)).text
    client.post(6, heard="much")
    client.post(6, age="60")
    assert client.field.state(6).finished == "complete"


def test_tables_are_made_while_it_goes_on(client):
    client.post(1, vote="ann")
    client.post(2, vote="bob")
    interviews, _ = collect(client.field.wave, at=NOON + dt.timedelta(hours=1))
    assert interviews.respondents["disposition"].to_list() == ["2.12", "2.12"]
    before, _ = collect(client.field.wave, at=NOON - dt.timedelta(hours=1))
    assert before.respondents.height == 0
    cases = case_dispositions(client.field.wave, at=NOON + dt.timedelta(hours=1))
    assert dict(cases["disposition"].value_counts().iter_rows()) == {"2.12": 2, "3.11": 18}


def test_health(client):
    assert client.ask("GET", "/health").json() == {"ok": True}
