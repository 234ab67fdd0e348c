"""The board: evidence side by side, one error rate, what is broken stays broken; against numbers worked by hand."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from hustings.errors import InputError
from hustings.watch.acknowledge import Acknowledgement
from hustings.watch.board import evidence_table, shares_of, weigh
from hustings.watch.boarding import board_table, interviews_to_ask
from hustings.watch.monitors import start_mass
from hustings.watch.nightly import look_back
from hustings.watch.registry import renew
from made_boards import FIRST, made_assumption, morning, never, nights


def steady(gap):
    """Forecasts of 0 with an error of 1 that miss by the same every day."""
    return lambda _: [{"observed": gap, "predicted": 0.0, "sd": 1.0}]


def after(days, gap):
    """The same from a day on."""
    return lambda day: steady(gap if (day - FIRST).days >= days else 0.0)(day)


class TestEvidence:
    def test_what_was_known_at_registration_is_not_compared(self):
        found = nights([made_assumption("a", steady(9.0))], 1)
        assert found.kept.observations.is_empty()
        assert found.claims[0].from_day == FIRST

    def test_an_e_value_is_half_at_once_and_half_by_start_days(self):
        found = nights([made_assumption("a", steady(1.0), side="above")], 2)
        one = found.weighed.evidence[0]
        from hustings.maths.eprocesses.values import VALUE_SHIFTS, sided_prior

        # One observation of 1 sd: each bet's likelihood ratio is exp(shift - shift^2 / 2).
        mean = float(sided_prior("above") @ np.exp(VALUE_SHIFTS - VALUE_SHIFTS**2 / 2))
        share = 1 / 40
        assert math.exp(one.log_e[0, 0]) == pytest.approx(0.5 * mean + 0.5 * (share * mean + 1 - share))

    def test_stakes_enter_by_calendar_days_and_sum_to_one_at_most(self):
        claim = nights([made_assumption("a", steady(0.0))], 1).claims[0]
        days = [FIRST + dt.timedelta(days=k) for k in (7, 7, 8, 60)]
        mass = start_mass(claim, days)
        assert mass == pytest.approx([7 / 80, 7 / 80, 1 / 40, 32 / 40])
        assert mass.sum() == pytest.approx(1.0)

    def test_the_gap_is_that_since_the_likely_start(self):
        found = nights([made_assumption("a", after(20, 2.0))], 31)
        one = found.weighed.evidence[0]
        assert one.start[0] == FIRST + dt.timedelta(days=20)
        assert one.gap[0] == pytest.approx(2.0)
        assert one.gap_low[0] < 2.0 < one.gap_high[0]
        assert one.gap_low[0] > 0.5

    def test_segments_without_data_have_no_numbers(self):
        found = nights([made_assumption("a", steady(0.0), segments=("all", "x"), scales={"level_sd": (0.0, 0.0)})], 5)
        one = found.weighed.evidence[0]
        assert one.n[1] == 0
        assert math.isnan(one.observed[1])
        assert one.log_e[1, -1] == pytest.approx(0.0)


class TestAlarms:
    def test_a_break_is_loud_from_its_night_on_and_stays(self):
        found = nights([made_assumption("a", after(10, 3.0)), made_assumption("b", steady(0.0))], 25)
        row = board_table([made_assumption("a", steady(0)), made_assumption("b", steady(0))], found).to_dicts()
        assert [one["status"] for one in row] == ["broken", "quiet"]
        assert FIRST + dt.timedelta(days=10) <= row[0]["since"] <= FIRST + dt.timedelta(days=16)
        # The data come back to the claim; what was broken is not mended by that.
        claims, kept = found.claims, found.kept
        later = nights(
            [made_assumption("a", steady(0.0)), made_assumption("b", steady(0.0))],
            14,
            kept=kept,
            claims=claims,
            first=FIRST + dt.timedelta(days=25),
        )
        again = board_table([made_assumption("a", steady(0))], later).row(0, named=True)
        assert (again["status"], again["since"]) == ("broken", row[0]["since"])

    def test_alone_it_needs_one_over_share_and_level(self):
        # All the stake on one bet: shares of a half each, so broken at e = 1 / (.05 * .25) (the first version has half).
        found = nights([made_assumption("a", steady(2.0)), made_assumption("b", steady(0.0))], 12)
        assert shares_of(found.claims[0]) == pytest.approx([0.25])
        first = np.flatnonzero(found.weighed.broken[0])[0]
        log_e = found.weighed.log_e[0]
        assert log_e[first] >= math.log(1 / (0.05 * 0.25)) > log_e[first - 1]

    def test_two_breaks_help_each_other(self):
        both = nights([made_assumption("a", steady(2.0)), made_assumption("b", steady(2.0))], 12)
        one = nights([made_assumption("a", steady(2.0)), made_assumption("b", steady(0.0))], 12)
        assert np.flatnonzero(both.weighed.broken[0])[0] <= np.flatnonzero(one.weighed.broken[0])[0]
        assert np.flatnonzero(both.weighed.broken[0])[0] == np.flatnonzero(both.weighed.broken[1])[0]

    def test_the_board_of_a_past_night_is_what_it_was(self):
        found = nights([made_assumption("a", after(10, 3.0))], 25)
        day = FIRST + dt.timedelta(days=9)
        past = look_back(found.claims, found.kept, day, 0.05)
        then = nights([made_assumption("a", after(10, 3.0))], 10)
        assert past.weighed.nights == then.weighed.nights
        assert past.weighed.log_e == pytest.approx(then.weighed.log_e)
        assert not past.weighed.broken.any()

    def test_every_step_is_in_the_table(self):
        found = nights([made_assumption("a", after(10, 3.0)), made_assumption("b", lambda _: [])], 20)
        table = evidence_table(found.weighed)
        assert table.filter(assumption="a").height == 19
        assert table.filter(assumption="b").height == 0
        assert table.filter("is_rejected")["day"].min() == found.weighed.first(found.weighed.broken, 0)


class TestRenewal:
    def test_a_new_version_begins_anew_and_the_old_evidence_stays(self):
        broken = nights([made_assumption("a", steady(3.0))], 10)
        day = FIRST + dt.timedelta(days=9)
        made = renew(made_assumption("a", steady(3.0)), morning(day), broken.claims, "Ann: plan rebuilt")
        assert (made.version, made.from_day, made.why) == (2, day, "Ann: plan rebuilt")
        assert shares_of(made) == pytest.approx([0.5 / 6])
        later = nights(
            [made_assumption("a", steady(0.0))], 5, kept=broken.kept, claims=[*broken.claims, made],
            first=day + dt.timedelta(days=1),
        )  # fmt: skip
        row = board_table([made_assumption("a", steady(0))], later).row(0, named=True)
        assert (row["version"], row["status"]) == (2, "quiet")
        old = later.weighed.evidence[0]
        assert old.claim.version == 1
        assert old.log_e[0, -1] > 8

    def test_versions_together_never_cost_more_than_the_share(self):
        claim = nights([made_assumption("a", steady(0.0))], 1).claims[0]
        from dataclasses import replace

        several = replace(claim, foreseen=replace(claim.foreseen, segments=("all", "x", "y")))
        assert shares_of(several) == pytest.approx([0.125, 0.0625, 0.0625])
        assert sum(shares_of(replace(several, version=v)).sum() for v in range(1, 2000)) < claim.share


class TestWhatIsSaid:
    def test_an_idle_assumption_says_why_and_what_would_help(self):
        row = board_table([never("a", "no early votes")], nights([never("a", "no early votes")], 1)).row(0, named=True)
        assert (row["status"], row["said"], row["action"]) == ("idle", "Not watched: no early votes.", "load it")

    def test_a_stream_that_fails_is_said_and_stops_nothing(self):
        bad = made_assumption("a", lambda _: InputError("the query fails"))
        found = nights([bad, made_assumption("b", steady(3.0))], 12)
        rows = {row["assumption"]: row for row in board_table([bad, made_assumption("b", steady(3))], found).to_dicts()}
        assert "the query fails" in rows["a"]["said"]
        assert rows["b"]["status"] == "broken"

    def test_what_is_acknowledged_is_said_again_when_evidence_has_grown_twentyfold(self):
        assumption = made_assumption("a", steady(3.0))
        found = nights([assumption], 12)
        row = board_table([assumption], found).row(0, named=True)

        def said(evidence_log10, version=1):
            one = Acknowledgement("a", version, FIRST, "2026-01-01T06:00", "Ann", "asked", evidence_log10)
            return board_table([assumption], found, {"a": one}).row(0, named=True)["acknowledged"]

        assert said(row["evidence_log10"]) == "Ann on 2026-01-01: asked"
        assert said(row["evidence_log10"] - 1.4) == "Ann on 2026-01-01: asked; more evidence since"
        assert said(row["evidence_log10"], version=2) is None

    def test_that_none_came_is_said(self):
        scales = {"dispersion": (100.0,), "level_sd": (0.1,)}
        none = made_assumption(
            "a", lambda _: [{"observed": 0.0, "predicted": 20.0, "n": 0.0}], kind="counts", scales=scales
        )
        row = board_table([none], nights([none], 6)).row(0, named=True)
        assert row["status"] == "broken"
        assert row["said"].startswith("Overall: none came where some were expected; a bet against it")

    def test_its_own_words_are_used(self):
        assumption = made_assumption(
            "a", steady(3.0), says="{where}: {observed:.1f} of {n:.0f}", action="poll {segment}"
        )
        row = board_table([assumption], nights([assumption], 12)).row(0, named=True)
        assert row["said"].startswith("3.0 of 11; a bet against it")
        assert row["action"] == "Poll all."

    @pytest.mark.parametrize(("gap", "n"), [(0.1, 300), (0.06, 900), (-0.05, 1200), (0.01, 2000), (None, 600)])
    def test_how_many_to_ask(self, gap, n):
        # 1.5 x .25 x (2.8 / .06)^2 = 817; x (2.8 / .05)^2 = 1176.
        assert interviews_to_ask(gap) == n

    def test_no_claims_no_board(self):
        assert weigh([], nights([], 1).kept, 0.05).nights == []


class TestRules:
    def rule(self, numbers):
        return made_assumption(
            "r", lambda day: [{"segment": name, "observed": value, "predicted": 14.0}
                              for name, value in numbers((day - FIRST).days).items()],
            kind="rule", scales={}, side="above",
        )  # fmt: skip

    def test_a_rule_looks_at_once_and_is_not_latched(self):
        rule = self.rule(lambda k: {"WI": 20.0 if k < 3 else 2.0, "MI": 3.0})
        first = board_table([rule], nights([rule], 2)).row(0, named=True)
        assert (first["status"], first["since"], first["segment"]) == ("broken", FIRST, "WI")
        assert first["evidence_log10"] is None
        assert (first["kind"], first["segments_broken"]) == ("rule", "WI")
        assert board_table([rule], nights([rule], 5)).row(0, named=True)["status"] == "quiet"

    def test_near_its_limit_it_stirs(self):
        rule = self.rule(lambda k: {"WI": 8.0 + k})
        row = board_table([rule], nights([rule], 5)).row(0, named=True)
        # 14 days are allowed: more than three quarters are 11 and 12, on the fourth night.
        assert (row["status"], row["since"]) == ("stirring", FIRST + dt.timedelta(days=3))


def test_a_segment_without_data_hides_none_that_has_some():
    # In the segment that is compared the evidence shrinks; the other one's idle stake stays at 1.
    assumption = made_assumption("a", steady(0.0), segments=("x", "all"), scales={"level_sd": (0.0, 0.0)})
    row = board_table([assumption], nights([assumption], 20)).row(0, named=True)
    assert (row["segment"], row["n"]) == ("all", 19.0)
