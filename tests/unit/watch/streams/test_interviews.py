"""Interviews against the pinned support model: what is compared, when, and only once."""

from dataclasses import replace

import numpy as np
import pytest

from hustings.maths.eprocesses.shares import SHARE_BETS
from hustings.store import empty_table
from hustings.tables import SETTLED
from hustings.watch.assumption import Idle
from hustings.watch.monitors import evidence_of
from hustings.watch.observations import nothing_kept
from hustings.watch.registry import register
from hustings.watch.streams.interviews import BASE_COMES_HOME, NEW_REGISTRANTS_PREFERENCE, SUPPORT_AS_MODELLED, shift_of
from made_watch import add_model, add_wave, make_campaign, morning_of, people, voters_morning

NONE = empty_table(SETTLED)


@pytest.fixture
def campaign(tmp_path):
    folder = make_campaign(tmp_path / "campaign")
    add_wave(folder, "2016-09-20", people(300, "2016-09-20"))
    add_model(folder)
    return folder


def claim_of(folder, assumption=SUPPORT_AS_MODELLED, day="2016-09-30"):
    return register(assumption, morning_of(folder, day))


def observe(folder, claim, day, settled=NONE, assumption=SUPPORT_AS_MODELLED):
    return assumption.observe(morning_of(folder, day), claim, settled)


def test_the_model_is_pinned_and_segments_are_fixed(campaign):
    claim = claim_of(campaign)
    assert claim.foreseen.segments[0] == "all"
    assert {"state=NC", "state=OH", "race=white", "race=black"} < set(claim.foreseen.segments)
    assert claim.foreseen.prediction["model"] == "2016-09-30"
    # 300 interviews of one weight: 1.5 points and (4 x 300 + 1 / .075^2)^-1/2.
    assert claim.foreseen.scales["tolerance"][0] == pytest.approx(0.015 + (1200 + 1 / 0.075**2) ** -0.5)
    tolerances = dict(zip(claim.foreseen.segments, claim.foreseen.scales["tolerance"], strict=True))
    state = [one["state"] for one in people(300, "2016-09-20")].count("NC")
    assert tolerances["state=NC"] == pytest.approx(0.015 + 1.5 * (4 * state + 1 / 0.075**2) ** -0.5)
    assert max(tolerances.values()) <= 0.08


def test_a_night_compares_each_answer_with_the_chance_of_its_kind(campaign):
    claim = claim_of(campaign)
    asked = [
        one | {"race": race, "vote": vote, "state": "NC"}
        for one, race, vote in zip(
            people(4, "2016-10-01"), ("black", "black", "white", "white"), ("a", "b", "a", "dk"), strict=True
        )
    ]
    add_wave(campaign, "2016-10-01", asked)
    seen = observe(campaign, claim, "2016-10-02")
    whole = seen.rows.filter(segment="all").row(0, named=True)
    assert whole["n"] == 3  # who does not know is not compared
    assert whole["observed"] == pytest.approx(2 / 3)
    assert whole["predicted"] == pytest.approx((0.9 + 0.9 + 0.4) / 3)
    assert whole["sum_wr"] == pytest.approx(2 - 2.2)
    assert seen.rows.filter(segment="state=OH").is_empty()
    # Of a bet above: each answer's factor 1 + bet (y - p - tol) / (1 + tol).
    tol = claim.foreseen.scales["tolerance"][0]
    by_hand = sum(np.log1p(SHARE_BETS[0] * (r - tol) / (1 + tol)) for r in (0.1, -0.9, 0.6))
    assert whole["log_bets"][0] == pytest.approx(by_hand)


def test_nothing_is_compared_twice_and_late_interviews_when_they_come(campaign):
    claim = claim_of(campaign)
    first = people(20, "2016-10-01")
    add_wave(campaign, "2016-10-01", first)
    seen = observe(campaign, claim, "2016-10-02")
    kept = nothing_kept().with_seen(claim, seen, morning_of(campaign, "2016-10-02").as_of)
    late = people(3, "2016-10-01", name="late", seed=4)
    add_wave(campaign, "2016-10-01", first + late)
    again = observe(campaign, claim, "2016-10-03", kept.settled_of(claim.assumption))
    assert again.settled.height == 3
    assert again.rows.filter(segment="all")["n"].to_list() == [3.0]
    assert again.notes[0] == "interviews of days before 2016-10-02 that came late and are compared now: 3"
    kept = kept.with_seen(claim, again, morning_of(campaign, "2016-10-03").as_of)
    last = observe(campaign, claim, "2016-10-04", kept.settled_of(claim.assumption))
    assert last.rows.is_empty()
    assert evidence_of(claim, kept.of(claim)).n[0] == 23


def test_a_file_that_is_loaded_twice_counts_once(campaign):
    claim = claim_of(campaign)
    asked = people(20, "2016-10-01")
    add_wave(campaign, "2016-10-01", asked)
    add_wave(campaign, "2016-10-02", asked)
    add_wave(campaign, "2016-10-03", [one | {"field_date": None} for one in people(5, "2016-10-03")])
    rows = observe(campaign, claim, "2016-10-04").rows.filter(segment="all").sort("day")
    assert rows["n"].to_list() == [20.0, 5.0]


def test_interviews_of_the_future_and_of_before_are_not_compared(campaign):
    claim = claim_of(campaign)
    add_wave(campaign, "2016-10-05", people(5, "2016-10-05"))
    add_wave(campaign, "2016-09-29", people(5, "2016-09-29"))
    assert observe(campaign, claim, "2016-10-04").rows.is_empty()


def test_quiet_while_the_model_holds_and_loud_where_it_does_not(campaign):
    claim = claim_of(campaign)
    add_wave(campaign, "2016-10-01", people(1500, "2016-10-01", seed=2))
    add_wave(campaign, "2016-10-02", people(1500, "2016-10-02", seed=3, support={"black": 0.7}))
    kept = nothing_kept()
    for day in ("2016-10-02", "2016-10-03"):
        seen = observe(campaign, claim, day, kept.settled_of(claim.assumption))
        kept = kept.with_seen(claim, seen, morning_of(campaign, day).as_of)
    found = evidence_of(claim, kept.of(claim))
    place = claim.foreseen.segments.index("race=black")
    assert np.all(found.log_e[:, 0] < 3)
    assert found.log_e[place, -1] > 12
    assert found.log_e[place].argmax() == 1
    assert found.gap[place] < -0.05


def test_interviews_of_one_interviewer_and_day_stake_together(campaign):
    claim = claim_of(campaign)
    alone = people(40, "2016-10-01", support={"black": 1.0, "white": 1.0})
    add_wave(campaign, "2016-10-01", alone)
    apart = observe(campaign, claim, "2016-10-02").rows.filter(segment="all")
    add_wave(campaign, "2016-10-01", [one | {"interviewer": "K7"} for one in alone])
    together = observe(campaign, claim, "2016-10-02").rows.filter(segment="all")
    assert together["sum_sq"][0] > 5 * apart["sum_sq"][0]
    # One cluster: it cannot win more than 1 + the largest bet times what a cluster may be off.
    assert max(together["log_bets"][0]) < np.log1p(SHARE_BETS.max()) < max(apart["log_bets"][0])


@pytest.mark.parametrize("black", [0.0, 1.0])
def test_chances_of_0_and_1_are_lawful(campaign, black):
    add_model(campaign, morning_of(campaign, "2016-10-01").as_of, black=black)
    claim = claim_of(campaign, day="2016-10-01")
    add_wave(campaign, "2016-10-02", people(50, "2016-10-02"))
    rows = observe(campaign, claim, "2016-10-03").rows
    assert rows.filter(segment="race=black")["predicted"][0] == pytest.approx(black, abs=1e-30)
    assert np.isfinite(np.array(rows["log_bets"].to_list())).all()


def test_a_pinned_model_that_is_gone_is_said_and_no_other_taken(campaign):
    claim = claim_of(campaign)
    (campaign / "models/support/2016-09-30").rename(campaign / "models/support/2016-09-29")
    add_wave(campaign, "2016-10-01", people(20, "2016-10-01"))
    seen = observe(campaign, claim, "2016-10-02")
    assert seen.rows.is_empty()
    assert seen.settled.is_empty()
    assert "support model of 2016-09-30 is gone" in seen.notes[0]


def test_idle_before_there_is_a_model_or_enough_interviews(tmp_path):
    folder = make_campaign(tmp_path / "campaign")
    assert "no support model" in claim_of(folder).why
    add_model(folder)
    assert "interviews" in claim_of(folder).why
    add_wave(folder, "2016-09-20", people(3, "2016-09-20"))
    assert claim_of(folder) == Idle("3 interviews so far, 30 are needed", claim_of(folder).hint)


def test_a_recalled_base_is_compared_with_what_it_said_before(campaign):
    """The model knows nothing of the recalled vote: where the base stood until now is the claim."""

    def base(n, day, chance, seed):
        rng = np.random.default_rng(seed)
        return [one | {"past": "a", "vote": "a" if rng.random() < chance else "b"} for one in people(n, day, seed=seed)]

    add_wave(campaign, "2016-09-21", base(400, "2016-09-21", 0.9, 5))
    claim = claim_of(campaign, BASE_COMES_HOME)
    assert claim.side == "below"
    assert claim.foreseen.prediction["shifts"]["all"] > 0.5
    for day, chance, broken in (("2016-10-01", 0.86, False), ("2016-10-02", 0.6, True)):
        add_wave(campaign, day, base(600, day, chance, 6))
        rows = observe(campaign, claim, "2016-10-03", assumption=BASE_COMES_HOME).rows.filter(segment="all")
        growth = np.array(rows["log_bets"].to_list()).max()
        assert bool(growth > 8) is broken


def test_a_shift_makes_chances_agree_with_answers():
    y, p = np.repeat([1.0, 0.0], [8000, 2000]), np.full(10_000, 0.5)
    # log(.8/.2), the prior of one unit being 10,000 answers weak.
    assert shift_of(y, p, np.ones(10_000)) == pytest.approx(np.log(4), abs=2e-3)


def test_without_voters_nobody_is_known_to_be_new(campaign):
    assert "linked to a voter file" in claim_of(campaign, NEW_REGISTRANTS_PREFERENCE).why


@pytest.fixture(scope="module")
def linked(full_store, tmp_path_factory):
    """A campaign with voters: 120 of its party and 60 others are interviewed, half of them newly registered."""
    folder = make_campaign(
        tmp_path_factory.mktemp("linked") / "campaign", '[watch]\nparty = "DEM"\nnew_since = "2016-01-01"\n'
    )
    electorate = voters_morning(folder, full_store.store, "2016-10-15").electorate
    groups = (
        "party = 'DEM' and registered_on < '2016-01-01' and state = 'NC'",
        "party = 'REP' and registered_on >= '2016-01-01' and state = 'NC'",
    )
    ids = [electorate.list_voters(where, limit=120)["voter_id"].to_list() for where in groups]
    add_model(folder)

    def wave(day, first, last):
        chosen = [*ids[0][first:last], *ids[1][first:last]]
        asked = [
            one | {"voter_id": voter, "vote": "a", "race": "white"}
            for one, voter in zip(people(len(chosen), day), chosen, strict=True)
        ]
        add_wave(folder, day, asked)

    wave("2016-09-20", 0, 60)
    return folder, lambda day: voters_morning(folder, full_store.store, day), wave


def test_the_base_and_new_registrants_by_the_voter_file(linked):
    _, morning, wave = linked
    base = register(BASE_COMES_HOME, morning("2016-10-09"))
    new = register(NEW_REGISTRANTS_PREFERENCE, morning("2016-10-09"))
    assert base.foreseen.prediction["shifts"] == {}
    wave("2016-10-10", 60, 100)
    rows = BASE_COMES_HOME.observe(morning("2016-10-15"), base, NONE).rows.filter(segment="all")
    assert (rows["n"][0], rows["observed"][0]) == (40, 1.0)
    rows = NEW_REGISTRANTS_PREFERENCE.observe(morning("2016-10-15"), new, NONE).rows.filter(segment="all")
    assert rows["n"][0] == 40


def for_party(morning, party):
    """The morning, had the settings named another party."""
    morning.campaign = replace(morning.campaign, watch=replace(morning.campaign.watch, party=party))
    return morning


def test_a_party_that_the_voter_file_does_not_know_is_said_and_not_replaced(linked):
    _, morning, _ = linked
    found = register(BASE_COMES_HOME, for_party(morning("2016-10-09"), "DME"))
    assert found.why == "nobody interviewed is registered with 'DME', but with DEM, REP"


def test_settings_that_change_in_mid_season_move_no_claim(linked):
    _, morning, wave = linked
    base = register(BASE_COMES_HOME, morning("2016-10-09"))
    wave("2016-10-11", 100, 120)
    assert BASE_COMES_HOME.observe(morning("2016-10-15"), base, NONE).rows.height
    seen = BASE_COMES_HOME.observe(for_party(morning("2016-10-15"), "REP"), base, NONE)
    assert (seen.rows.height, seen.settled.height) == (0, 0)
    assert "[watch] party is 'REP' and was 'DEM'" in seen.notes[0]
    assert "hustings watch renew base-comes-home" in seen.notes[0]
