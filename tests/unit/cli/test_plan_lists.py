"""`hustings plan lists` in a small campaign: files, locks, what is refused, and a hold-out that was touched."""

from __future__ import annotations

import csv
import json
import shutil
import stat

import numpy as np
import polars as pl
import pytest

from hustings.scores.scoring.write import score_columns
from hustings.store.columns import ColumnWriter
from hustings.store.manifest import SCORES
from hustings.store.snapshots import writing
from hustings.tables import VOTER_SCORES
from made_electorate import csv_rows
from made_night import KEY, hustings, make_campaign

DAY = ("--as-of", "2016-10-20")
GOTV = ("plan", "lists", "--universe", "gotv", "--state", "NC", "--budget", "300")


def made_scores(store):
    """Scores for everybody: drawn, because a list asks no more of them."""
    from dataclasses import replace

    with writing(store, what="score") as place:
        files = place.before.states["NC"]
        rng = np.random.default_rng(3)
        name = place.name(SCORES, "NC")
        columns = VOTER_SCORES.columns[:2]
        with ColumnWriter(place.path(name), columns) as sidecar:
            drawn = {column.name: rng.beta(3, 3, files.slots).astype(np.float32) for column in columns}
            sidecar.append(pl.DataFrame(drawn))
        stored = place.written(name, sidecar.rows)
        manifest = place.before.with_state("NC", replace(files, sidecars={**files.sidecars, SCORES: stored}))
        load = {"what": "scores", "layout": "scores", "inputs": [], "set_aside_files": [], "models": {}}
        place.commit(replace(manifest, number=place.number, load=load))
    assert score_columns([]) == ()


@pytest.fixture(scope="module")
def scored(raw_weeks, first_week, tmp_path_factory):
    folder = make_campaign(tmp_path_factory.mktemp("lists") / "camp", raw_weeks)
    shutil.copytree(first_week.store, folder / "store")
    (folder / "runs" / ".night").mkdir(parents=True)
    shutil.copy(folder / "inbox" / "polls.csv", folder / "runs" / ".night" / "polls.csv")
    made_scores(folder / "store")
    return folder


@pytest.fixture
def camp(scored, tmp_path, monkeypatch):
    folder = shutil.copytree(scored, tmp_path / "camp")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HUSTINGS_VAULT_KEY", KEY)
    return folder


def written(path, delimiter=","):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_a_list_its_files_and_its_lock(camp, raw_weeks):
    crosswalk = raw_weeks / "2016-10-15" / "vanid_crosswalk.csv"
    forms = ("--format", "van", "--format", "walk", "--format", "csv", "--crosswalk", f"NC={crosswalk}")
    code, out, err = hustings(*GOTV, *forms, "--name", "remind", *DAY)
    assert (code, err) == (0, ""), err
    assert max(len(line) for line in out.splitlines() if not line.startswith("written: ")) <= 80
    place = camp / "lists" / "remind"
    rows = pl.read_parquet(place / "list.parquet")
    held = set(rows.filter(arm="held out")["voter_id"])
    plain = written(place / "list.csv")
    assert {int(row["voter_id"]) for row in plain} == set(rows["voter_id"]) - held
    assert "last_name" not in plain[0]
    said = json.loads((place / "expects.json").read_text())
    assert said["dollars"] <= 300
    assert said["contacts"] == len({row["household"] for row in plain})
    assert f"{len(held):,} voter" in out
    # VAN's ids are those of the crosswalk, and only of those who are to be contacted.
    van = {row["Voter File VANID"] for row in written(place / "van-list.txt", "\t")}
    assert van == {row["VANID"] for row in written(place / "van-scores.csv")}
    assert van <= {row["vanid"] for row in written(crosswalk)}
    assert len(van) + int(0 if "no VAN id" not in out else out.split(" voters have no VAN id")[0].split()[-1]) == len(
        plain
    )
    walk = written(place / "walk.csv")
    assert len(walk) == len(plain)
    # Who voted in November 2014, by the raw history.
    history = csv_rows(raw_weeks / "2016-10-01" / "ncvhis_Statewide.zip")
    voted = {row["ncid"] for row in history if row["election_lbl"] == "11/04/2014"}
    there = {row["id"] for row in walk if "G14" in row["voted_in"].split()}
    assert there == voted & {row["id"] for row in walk}
    assert there
    for name in ("van-list.txt", "van-scores.csv", "walk.csv"):
        assert stat.S_IMODE((place / name).stat().st_mode) == 0o600
    assert not [path.name for path in place.iterdir() if path.name.endswith(".writing")]

    code, again, _ = hustings(*GOTV, "--name", "remind", "--json", *DAY)
    assert code == 0
    assert json.loads(again)["held_out"] == len(held)
    assert {int(row["voter_id"]) for row in written(place / "list.csv")} == set(rows["voter_id"]) - held
    code, _, err = hustings(*GOTV[:-1], "200", "--name", "remind", *DAY)
    assert code == 2
    assert "cut the new list under another name" in err

    # Another list leaves this one's people alone; with --again all but the hold-out.
    code, _, err = hustings(*GOTV, "--name", "more", "--again", "--quiet", *DAY)
    assert code == 0, err
    more = pl.read_parquet(camp / "lists" / "more" / "list.parquet")
    assert not held & set(more["voter_id"])
    # A list that was cut later, and holds out some whom this one contacts, takes nobody off it.
    assert set(more.filter(arm="held out")["voter_id"]) & set(rows["voter_id"])
    code, again, err = hustings(*GOTV, "--name", "remind", "--json", *DAY)
    assert code == 0, err
    assert json.loads(again)["held_out"] == len(held)


def test_a_hold_out_that_was_touched(camp, raw_weeks):
    assert hustings("plan", "lists", "--check", *DAY)[:2] == (0, "no list was cut yet: hustings plan lists --help\n")
    assert hustings(*GOTV, "--name", "doors", "--quiet", *DAY)[:2] == (0, "")
    said = json.loads((camp / "lists" / "doors" / "expects.json").read_text())["expected"]["net_votes"]
    shown = hustings("lists", "show", *DAY)[1].splitlines()
    assert shown[2].startswith(f"doors: gotv, expected {said:,.1f} net votes (80 %: ")
    assert max(map(len, shown)) <= 80
    code, out, _ = hustings("plan", "lists", "--check", *DAY)
    assert (code, out.splitlines()[-1]) == (0, "no hold-out was touched")
    rows = pl.read_parquet(camp / "lists" / "doors" / "list.parquet")
    victim = rows.filter(arm="held out")["voter_id"][0]
    from hustings.electorate.query import open_electorate
    from hustings.electorate.query.identities import identities_of
    from made_electorate import opened

    electorate = open_electorate(camp / "store", None, None)
    own = identities_of(electorate, pl.Series([victim]), opened(camp / "store"))["source_id"][0]
    crosswalk = {row["source_id"]: row["vanid"] for row in written(raw_weeks / "2016-10-15" / "vanid_crosswalk.csv")}
    (camp / "x.csv").write_text(f"vanid,source_id\n{crosswalk.get(own, '7')},{own}\n")
    head = "Voter File VANID\tDate Canvassed\tResult\tContact Type\n"
    (camp / "c.txt").write_text(f"{head}{crosswalk.get(own, '7')}\t10/24/2016\tCanvassed\tWalk\n")
    assert hustings("load", "crosswalk", "x.csv", "--system", "van", "--state", "NC", "--as-of", "2016-10-25")[0] == 0
    assert hustings("load", "contacts", "c.txt", "--as-of", "2016-10-25", "--layout", "van-contact-history")[0] == 0
    code, out, _ = hustings("plan", "lists", "--check", "--as-of", "2016-10-26")
    assert code == 1
    assert "CONTAMINATION: 1 voter who" in out
    assert "2016-10-24" in out
    shown = hustings("lists", "show", "--as-of", "2016-10-26")[1].splitlines()
    assert shown[3].startswith("doors: CONTAMINATION: 1 voter")
    found = json.loads(hustings("plan", "lists", "--check", "--json", "--as-of", "2016-10-26")[1])
    assert [(one["list"], one["touched"], one["channels"]) for one in found] == [("doors", 1, "door")]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--universe", "theirs"), ("whom is the list for?",)),
        (("--state", "WI"), ("'WI' is no unit of Governor of North Carolina",)),
        (("--budget", "0"), ("--budget 0 is not above 0",)),
        (("--budget", "much"), ("'much' is no amount of money",)),
        (("--holdout", "100000"), ("a hold-out of 100,000 voters, and the list has",)),
        (("--where", "party = "), ("--where cannot be read", "party = 'UNA'")),
        (("--format", "van", "--crosswalk", "no.csv"), ("no.csv", "the state's own id")),
        (("--format", "phone,csv", "--channel", "text"), ("no address or number for text",)),
        (("--out", "campaign.toml"), ("--out: the folder campaign.toml/gotv-nc-door cannot be made",)),
        (("--format", "phone", "--channel", "door"), ("--format phone is not for a list by door",)),
        (("--universe", "persuasion"), ("door_persuasion", "--effect 0.02", "--universe gotv, about")),
    ],
)
def test_bad_input_locks_nothing(scored, monkeypatch, args, words):
    # All in one campaign: nothing is written.
    monkeypatch.chdir(scored)
    monkeypatch.setenv("HUSTINGS_VAULT_KEY", KEY)
    given = list(GOTV)
    if args[0] in given:
        given[given.index(args[0]) + 1] = args[1]
        args = args[2:]
    code, _, err = hustings(*given, *args, *DAY)
    assert code == 2
    assert err.startswith("error: ")
    for word in words:
        assert word in err
    assert not (scored / "lists").exists()
