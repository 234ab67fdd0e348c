"""Who is contacted when, and never twice; the provider's real library against a provider that is not there."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from hustings.errors import ConfigError
from hustings.survey.fieldwork.channels import ChannelError, TwilioChannel, signed
from hustings.survey.fieldwork.dispatch import Dispatcher, DispatchSettings, Planned, plan
from hustings.survey.fieldwork.field import Case
from hustings.survey.fieldwork.interview import Attempt, CaseState
from hustings.survey.rehearsal import FakeProvider, Mischief
from made_field import ACCOUNT, PUBLIC, made_field

NOON = dt.datetime(2016, 10, 1, 16, tzinfo=dt.UTC)


def case(number, **given):
    return Case(
        number, 1000 + number, **{"state": "NC", "replicate": 1, "token": "t", "phone": "+1", "texts": True, **given}
    )


def tried(*hours_ago, mode="sms", outcome="delivered", reason="", **given):
    ats = [(NOON - dt.timedelta(hours=h)).isoformat() for h in hours_ago]
    made = tuple(Attempt(i, at, mode, outcome, reason) for i, at in enumerate(ats, start=1))
    return CaseState(1, attempts=made, **given)


@pytest.mark.parametrize(
    ("given", "state", "mode"),
    [
        ({}, None, "web"),
        ({}, tried(25), "sms"),
        ({}, tried(60, 30), "ivr"),
        ({}, tried(90, 60, 30), ""),
        ({}, tried(23), ""),
        ({}, tried(25, last_at=(NOON - dt.timedelta(hours=2)).isoformat()), ""),
        ({}, tried(25, finished="complete"), ""),
        ({}, tried(25, stopped=True), ""),
        ({}, tried(25, refused=True), ""),
        ({}, tried(25, mode="ivr", outcome="failed", reason="21211"), ""),
        ({"phone": ""}, None, ""),
        ({"replicate": 2}, None, ""),
        ({"state": "HI"}, None, ""),
        ({"state": ""}, None, ""),
        ({"voter_id": 9}, None, ""),
        # A number that is another case's for texts can be called.
        ({"texts": False}, None, "ivr"),
    ],
)
def test_what_is_due(given, state, mode):
    settings = DispatchSettings(max_attempts=3, hours_between=24)
    one = replace(case(1), **given)
    found = plan({1: state} if state else {}, [one], NOON, settings, blocked=frozenset({9}))
    assert [planned.mode for planned in found] == ([mode] if mode else [])


def test_a_split_gives_each_case_one_mode():
    found = plan({}, [case(i) for i in range(1, 7)], NOON, DispatchSettings(arrangement="split"))
    assert [planned.mode for planned in found] == ["sms", "ivr", "web"] * 2


def test_settings_that_cannot_be_are_refused():
    with pytest.raises(ConfigError, match="fax"):
        DispatchSettings(modes=("fax",))
    with pytest.raises(ConfigError, match="arrangement"):
        DispatchSettings(arrangement="chance")


@pytest.fixture
def field(tmp_path):
    opened = made_field(tmp_path, 4)
    yield opened
    opened.close()


def dispatcher(field, channel, **settings):
    return Dispatcher(field, channel, lambda: NOON, DispatchSettings(**settings))


def test_texts_and_calls_reach_the_provider_through_its_library(field):
    with FakeProvider(ACCOUNT, PUBLIC) as provider:
        channel = TwilioChannel(replace(ACCOUNT, base_url=provider.base_url), PUBLIC)
        assert dispatcher(field, channel, modes=("sms",), at_once=1).run_once(limit=2) == 2
        assert dispatcher(field, channel, modes=("ivr",), at_once=1).run_once(limit=1) == 1
        text, _, call = (provider.outbox.get(timeout=2) for _ in range(3))
    assert (text.kind, text.to) == ("text", "+19195550001")
    assert "STOP" in text.body
    token = field.cases[1].token
    assert text.status_url == f"{PUBLIC}/status/{token}/1"
    assert call.url == f"{PUBLIC}/voice/{field.cases[3].token}/1"
    assert field.state(1).attempts[0].provider_id == text.sid
    assert [e.kind for e in field.journal.events() if e.case_id == 1] == ["sending", "sent"]


def test_a_refusal_of_the_provider_is_kept_without_the_number(field):
    with FakeProvider(ACCOUNT, PUBLIC, mischief=Mischief(refused=1.0)) as provider:
        channel = TwilioChannel(replace(ACCOUNT, base_url=provider.base_url), PUBLIC)
        assert dispatcher(field, channel, at_once=1).run_once(limit=1) == 0
        with pytest.raises(ChannelError) as told:
            channel.send_text("+19195550001", "x", "k")
    assert field.state(1).attempts[0].reason == "21211"
    assert "919" not in str(told.value)


def test_a_provider_that_is_away_is_told_and_nothing_is_sent_twice(field):
    channel = TwilioChannel(replace(ACCOUNT, base_url="http://127.0.0.1:9"), PUBLIC)
    one = dispatcher(field, channel, at_once=1)
    assert one.run_once(limit=1) == 0
    assert field.state(1).attempts[0].outcome == "unknown"
    assert 1 not in {planned.case_id for planned in one.due()}


def test_an_attempt_begun_before_a_crash_is_not_made_again(field):
    class CrashError(Exception):
        pass

    class Channel:
        sent = 0

        def send_text(self, to, text, key):
            self.sent += 1
            raise CrashError

    one = dispatcher(field, Channel(), at_once=1)
    with pytest.raises(CrashError):
        one.carry_out(Planned(1, 1, "sms"))
    calm = Channel()
    assert dispatcher(field, calm).carry_out(Planned(1, 1, "sms")) is False
    assert calm.sent == 0


def test_who_opted_out_after_the_plan_was_made_is_not_contacted(field):
    class Channel:
        def send_text(self, to, text, key):
            raise AssertionError

    planned = Planned(1, 1, "sms")
    field.opt_outs.add(at=NOON.isoformat(), source="another survey", voter_id=field.cases[1].voter_id)
    assert dispatcher(field, Channel()).carry_out(planned) is False
    # The number of the second case, whoever the voter is.
    field.opt_outs.add(at=NOON.isoformat(), source="dnc.csv", phone=field.cases[2].phone)
    assert dispatcher(field, Channel()).carry_out(Planned(2, 1, "sms")) is False


def test_a_signature_of_the_providers_documentation():
    # The worked example of the provider's page on webhook security.
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    assert signed("12345", url, form, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
    assert not signed("12345", url, {**form, "Digits": "1235"}, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


@pytest.mark.parametrize(("hours", "released"), [(0.5, {1}), (3.0, {1, 2}), (7.9, {1, 2, 3}), (100, {1, 2, 3, 4})])
def test_replicates_are_released_through_the_day_counted_from_the_first_attempt(hours, released):
    settings = DispatchSettings(replicates=1, release_hours=3, hours_between=1000)
    # A case that nobody answers to keeps the first moment; a restart finds it in the journal.
    first = CaseState(
        99, attempts=(Attempt(1, (NOON - dt.timedelta(hours=hours)).isoformat(), "sms", "delivered", ""),)
    )
    cases = [case(number, replicate=number) for number in (1, 2, 3, 4)]
    assert {one.case_id for one in plan({99: first}, cases, NOON, settings)} == released
