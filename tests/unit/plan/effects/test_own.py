"""Own experiments beside published effects, by hand; and found in a campaign's folder."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.plan.effects import read_costs, read_effects
from hustings.plan.effects.own import channel_of, own_findings, with_own
from hustings.scores import fitted
from hustings.scores.persuasion import Experiment, fit_persuasion


def own(*rows):
    return pl.DataFrame(rows, schema=["channel", "kind", "mean", "se", "source"], orient="row")


def published():
    return (
        read_effects().filter(effect="door").with_columns(mean=pl.lit(0.08), se=pl.lit(0.03), between_sd=pl.lit(0.04))
    )


def test_two_estimates_by_their_precision():
    # Published .08 with sd sqrt(.03^2 + .04^2) = .05, own .02 with .025: weights 400 and 1600.
    row = with_own(published(), own(("door", "mobilisation", 0.02, 0.025, "list a"))).row(0, named=True)
    assert row["mean"] == pytest.approx((400 * 0.08 + 1600 * 0.02) / 2000)
    assert row["se"] == pytest.approx(2000**-0.5)
    assert (row["between_sd"], row["carry_share"]) == (0.0, 1.0)
    kept = ("own", "own_mean", "own_se", "published_mean", "published_se")
    assert [row[name] for name in kept] == pytest.approx(["list a", 0.02, 0.025, 0.08, 0.05])
    assert row["mean_basis"] == row["se_basis"] == "own"


def test_what_does_not_carry_over_is_no_prior():
    half = published().with_columns(carry_share=pl.lit(0.5), between_sd=pl.lit(0.0))
    row = with_own(half, own(("door", "mobilisation", 0.02, 0.015, "list a"))).row(0, named=True)
    assert row["mean"] == pytest.approx((0.04 + 0.02) / 2)


def test_in_one_go_or_one_after_the_other():
    one, two = ("door", "mobilisation", 0.02, 0.025, "a"), ("door", "mobilisation", 0.05, 0.02, "b")
    together = with_own(published(), own(one, two)).row(0, named=True)
    in_turn = with_own(with_own(published(), own(one)), own(two)).row(0, named=True)
    assert in_turn == {key: pytest.approx(value) for key, value in together.items()}
    again = with_own(with_own(published(), own(one, two)), own(one)).row(0, named=True)
    assert again == {key: pytest.approx(value) for key, value in together.items()}


def test_a_finding_goes_to_the_row_in_use_and_leaves_the_others():
    table = read_effects()
    found = with_own(table, own(("mail", "persuasion", 0.004, 0.002, "list m")))
    assert found.filter(pl.col("own").is_not_null())["effect"].to_list() == ["mail_persuasion"]
    rest = pl.col("effect") != "mail_persuasion"
    assert found.filter(rest).equals(table.filter(rest))


def test_a_finding_without_a_row_or_an_error_is_refused():
    with pytest.raises(InputError, match=r"no effect of text, persuasion.*at hand: door, mobilisation"):
        with_own(read_effects(), own(("text", "persuasion", 0.02, 0.01, "a")))
    with pytest.raises(InputError, match="'a' has no error"):
        with_own(read_effects(), own(("door", "mobilisation", 0.02, None, "a")))


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("mail", "mail"),
        ("Mail A", "mail"),
        ("door-october", "door"),
        ("phone_paid", "phone_paid"),
        ("phone_paid_2", "phone_paid"),
        ("phone 2", "phone"),
        ("calls to men", "phone"),
        ("contact", None),
        ("mailbox", None),
        ("", None),
    ],
)
def test_the_channel_is_in_the_name(text, channel):
    assert channel_of(text) == channel


def one(experiment, treatment, kind, effect, se):
    return {"experiment": experiment, "treatment": treatment, "kind": kind, "effect": effect, "effect_se": se}


def found_in(monkeypatch, tmp_path, *effects, **options):
    folder = tmp_path / "models" / "persuasion" / "2026-09-01"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{}")
    card = fitted.ModelCard("persuasion", dt.date(2026, 9, 1), (), {}, pl.DataFrame(), pl.DataFrame(), pl.DataFrame())
    monkeypatch.setattr(fitted, "read_fitted", lambda _: fitted.Fitted((), card, {"effects": list(effects)}))
    return own_findings(tmp_path, dt.date(2026, 9, 20), read_costs(), **options)


def test_a_list_tells_of_being_assigned_and_is_taken_to_contacts(monkeypatch, tmp_path):
    # One door in .22 is opened: 1.1 points a name on the list are 5 points a conversation.
    table, said = found_in(monkeypatch, tmp_path, one("list door-1", "contact", "mobilisation", 0.011, 0.0044))
    assert table.rows() == [("door", "mobilisation", pytest.approx(0.05), pytest.approx(0.02), "list door-1")]
    assert said == []


def test_a_campaign_s_model_is_read_as_it_is_written(tmp_path):
    """A mailing to half of 1,600, as the model of the campaign keeps what it did."""
    rng = np.random.default_rng(1)
    n, names = 1600, ("held out", "mail")
    arm = rng.integers(0, 2, n)
    rows = pl.DataFrame({"arm": np.array(names)[arm], "age": rng.integers(18, 90, n), "voted": rng.random(n) < 0.5})
    test = Experiment(
        "list june", "mobilisation", rows, "arm", names[0], "voted", ("age",), probs=dict.fromkeys(names, 0.5)
    )
    day = dt.date(2026, 9, 1)
    model = fit_persuasion([test], as_of=day, rng=np.random.default_rng(2))
    fitted.write_fitted(model, fitted.model_folder(tmp_path, "persuasion", day), made_by={})
    table, said = own_findings(tmp_path, dt.date(2026, 9, 20), read_costs())
    voted = rows.group_by("arm").agg(pl.col("voted").mean())
    share = dict(voted.iter_rows())
    ((channel, kind, mean, se, source),) = table.rows()
    assert (channel, kind, source, said) == ("mail", "mobilisation", "list june, mail", [])
    assert se == pytest.approx(np.sqrt(4 * 0.25 / n), rel=0.05)
    assert mean == pytest.approx(share["mail"] - share["held out"], abs=se)
    assert own_findings(tmp_path, dt.date(2026, 8, 31), read_costs())[0].is_empty(), "of a later day"


def test_findings_that_no_effect_can_take_are_said(monkeypatch, tmp_path):
    table, said = found_in(
        monkeypatch,
        tmp_path,
        one("list north", "contact", "mobilisation", 0.01, 0.01),
        one("list mail", "contact", "persuasion", 0.01, 0.01),
        one("split q7", "mail", "persuasion", 0.10, 0.01),
        first_option=False,
    )
    assert table.is_empty()
    assert [text.split(":")[0] for text in said] == ["list north", "list mail"]


def test_a_campaign_without_a_model_has_no_findings(tmp_path):
    table, said = own_findings(tmp_path, dt.date(2026, 9, 20), read_costs())
    assert table.is_empty()
    assert said == []
