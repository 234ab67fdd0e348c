"""What people say beside the vote: the share until now is the claim."""

import numpy as np
import pytest

from hustings.store import empty_table
from hustings.tables import SETTLED
from hustings.watch.registry import register
from hustings.watch.streams.answers import ENGAGEMENT, WHAT_SHE_STANDS_FOR
from made_watch import BOOK, add_wave, make_campaign, morning_of, people

NONE = empty_table(SETTLED)


@pytest.fixture
def campaign(tmp_path):
    folder = make_campaign(tmp_path / "campaign")
    asked = people(200, "2016-09-20")
    for k, one in enumerate(asked):
        one |= {"stands": "jobs" if k < 80 else "don't know", "vote": "a", "keen": "1" if k < 150 else "0"}
    add_wave(folder, "2016-09-20", asked)
    return folder


def test_the_share_until_now_is_the_claim(campaign):
    claim = register(WHAT_SHE_STANDS_FOR, morning_of(campaign, "2016-09-30"))
    assert claim.foreseen.prediction["shares"]["all"] == pytest.approx(0.4)
    assert claim.foreseen.scales["tolerance"][0] == pytest.approx(0.03 + np.sqrt(0.4 * 0.6 / 200))
    for words, grows in (("jobs, jobs", False), ("no idea", True)):
        add_wave(campaign, "2016-10-01", [one | {"stands": words} for one in people(60, "2016-10-01")])
        rows = WHAT_SHE_STANDS_FOR.observe(morning_of(campaign, "2016-10-02"), claim, NONE).rows
        whole = rows.filter(segment="all").row(0, named=True)
        assert (whole["n"], whole["observed"]) == (60, 0.0 if grows else 1.0)
        assert bool(max(whole["log_bets"]) > 8) is grows  # it watches the fall alone


def test_only_our_own_voters_are_engaged_or_not(campaign):
    claim = register(ENGAGEMENT, morning_of(campaign, "2016-09-30"))
    assert claim.foreseen.prediction["shares"]["all"] == pytest.approx(0.75)
    add_wave(campaign, "2016-10-01", [one | {"vote": "ab"[k % 2]} for k, one in enumerate(people(60, "2016-10-01"))])
    seen = ENGAGEMENT.observe(morning_of(campaign, "2016-10-02"), claim, NONE)
    assert seen.rows.filter(segment="all")["n"].to_list() == [30.0]
    assert seen.settled.height == 30


def test_idle_where_nobody_asks(tmp_path):
    folder = make_campaign(tmp_path / "other")
    book = type(BOOK)("made", tuple(item for item in BOOK.items if item.role not in {"enthusiasm", "stands_for"}))
    asked = [{k: v for k, v in one.items() if k not in {"keen", "stands"}} for one in people(60, "2016-09-20")]
    add_wave(folder, "2016-09-20", asked, book)
    assert "no wave asks" in register(ENGAGEMENT, morning_of(folder, "2016-09-30")).why
