"""The electorate at size: raw file to store, storage, scans, lists, a day's update; each beside what Polars needs for it.

``make bench`` runs it with 5 million voters, ``make bench-200m`` with 200 million (about 20 GB of disk, half an hour). One
state is read from raw text; the others are the same voters under other pseudonyms, because 200 million raw rows would
be 100 GB of text. Every figure is a median of three, one after another in one process, unless it says otherwise.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import polars.selectors as cs

from hustings.electorate.codebooks import read_codebooks
from hustings.electorate.identities import unpack_identities, voter_ids
from hustings.electorate.layouts import layout_for, load_layout
from hustings.electorate.loading import load_contacts, load_history, load_voters
from hustings.electorate.loading.compact import compact_state
from hustings.electorate.loading.fresh import precinct_places
from hustings.electorate.query import Electorate, open_electorate, show_voter
from hustings.electorate.query.ballots import Ballot
from hustings.electorate.query.relation import relation_sql
from hustings.electorate.reading import read_blocks
from hustings.electorate.synthetic import ElectorateSpec, write_voters
from hustings.engines import connect
from hustings.store.columns import GROUP_ROWS, ColumnWriter, write_columns
from hustings.store.manifest import StateFiles
from hustings.store.sealed import VaultReader, VaultWriter
from hustings.store.snapshots import Snapshots, Writing, writing
from hustings.store.vault import Vault, open_vault
from hustings.store.writing import write_json
from hustings.tables import CODEBOOKS, VOTERS

HERE = Path(__file__).parent
DAY = dt.date(2016, 10, 1)
KEY, SALT = "a key for measuring only", b"0" * 16
STATES = ("NC", "AL", "AZ", "CO", "CT", "FL", "GA", "IA", "IL", "IN", "KS", "KY", "LA", "MA", "MD", "MI", "MN", "MO", "NJ", "NY")  # fmt: skip
LARGE = 100_000_000
"""Voters from which on times are held to their targets."""
ROWS: list[dict[str, Any]] = []


def said(what: str, value: str, target: str, *, met: bool | None = None) -> None:
    """Print one line of the table and keep it."""
    mark = "" if met is None else ("met" if met else "MISSED")
    print(f"{what:58s} {value:>26s}   {target:30s} {mark}", flush=True)
    ROWS.append({"what": what, "value": value, "target": target, "met": met})


def scaled(args: argparse.Namespace, what: str, seconds: float, target: float) -> None:
    """Print a time whose target is for 200 million voters; in a small store what every question costs outweighs it."""
    large = args.voters >= LARGE
    said(what, f"{seconds:.2f}", f"<= {target:.2f}", met=seconds <= target if large else None)


def median(run: Callable[[], Any], times: int = 3) -> tuple[float, float]:
    """Median CPU and wall seconds."""
    cpu, wall = [], []
    for _ in range(times):
        c, w = cpu_seconds(), time.perf_counter()
        run()
        cpu.append(cpu_seconds() - c)
        wall.append(time.perf_counter() - w)
    return statistics.median(cpu), statistics.median(wall)


def cpu_seconds() -> float:
    """CPU seconds of this process, all threads."""
    return time.process_time()


def child(step: str, args: argparse.Namespace) -> dict[str, float]:
    """Run a step in a process of its own: CPU, wall and peak memory."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    command = [sys.executable, __file__, "--step", step, "--voters", str(args.voters), "--folder", str(args.folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 (our own script)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = json.loads(done.stdout.strip().splitlines()[-1]) if done.stdout.strip() else {}
    return {"cpu": cpu, "wall": time.perf_counter() - start, **found}


def one_state(args: argparse.Namespace) -> int:
    """Voters of one state."""
    return args.voters // len(STATES) if args.voters >= 20_000_000 else min(args.voters // 5, 1_000_000)


def n_states(args: argparse.Namespace) -> int:
    """States of the store."""
    return -(-args.voters // one_state(args))


def make_raw(args: argparse.Namespace) -> None:
    """A raw file of one state, and the same unpacked."""
    write_voters(ElectorateSpec(rows=one_state(args), seed=1, as_of=DAY), args.folder / "raw")
    with zipfile.ZipFile(args.folder / "raw" / "ncvoter_Statewide.zip") as archive:
        archive.extract("ncvoter_Statewide.txt", args.folder)
    shutil.rmtree(args.folder / "raw" / "truth.parquet", ignore_errors=True)


def polars_floor(args: argparse.Namespace) -> None:
    """What Polars needs to read the columns that are kept and to write them."""
    names = json.loads((args.folder / "columns.json").read_text())
    path, batch = args.folder / "ncvoter_Statewide.txt", args.folder / "floor.parquet"
    scan = pl.read_csv(path, separator="\t", infer_schema=False, columns=names, encoding="latin-1")
    scan.write_parquet(batch, compression="zstd", compression_level=3)
    batch.unlink()


def open_own_vault(args: argparse.Namespace) -> Vault:
    """The vault of the bench's store."""
    return open_vault(args.folder / "store" / "vault", KEY, salt=SALT)


def ingest(args: argparse.Namespace) -> None:
    """The raw file into the store."""
    load_voters(
        args.folder / "store",
        [args.folder / "ncvoter_Statewide.txt"],
        layout_for("nc-2022", "voters"),
        vault=open_own_vault(args),
        as_of=DAY,
    )
    print(json.dumps({"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


def ingest_history(args: argparse.Namespace) -> None:
    """The history into the store."""
    load_history(
        args.folder / "store",
        [args.folder / "raw" / "ncvhis_Statewide.zip"],
        layout_for("nc-2022", "history"),
        vault=open_own_vault(args),
        as_of=DAY,
    )
    print(json.dumps({"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


def clone(args: argparse.Namespace) -> None:
    """The other states: the same voters under the pseudonyms they would have there."""
    vault = open_own_vault(args)
    with writing(args.folder / "store", what="clone") as place:
        manifest = place.before
        books = read_codebooks(None if manifest.codebooks is None else place.snapshots.path(manifest.codebooks))
        files = manifest.states["NC"]
        for state in STATES[1 : n_states(args)]:
            code = books.encode(pl.Series([state]), "state")[0]
            manifest = manifest.with_state(state, clone_state(place, vault, files, state, code))
        name = place.name("codebooks")
        write_columns(books.frame(), place.path(name), CODEBOOKS)
        stored = place.written(name, books.frame().height)
        load = {"what": "clone", "layout": "clone", "inputs": [], "file_date": DAY.isoformat(), "set_aside_files": []}
        place.commit(replace(manifest, number=place.number, codebooks=stored, load=load))


def clone_state(place: Writing, vault: Vault, files: StateFiles, state: str, code: int) -> StateFiles:
    """One state's files, row by row those of the first."""
    source, target = place.snapshots.path, place.path
    name, sealed = place.name("voters", state), place.name("vault", state, suffix=".vault")
    reader = VaultReader(vault, files.vault[0].path, source(files.vault[0]))
    rows = pl.scan_parquet(source(files.base))
    with ColumnWriter(target(name), VOTERS) as base, VaultWriter(vault, sealed, target(sealed)) as names:
        for first in range(0, files.base.rows, 8 * GROUP_ROWS):
            part = rows.slice(first, 8 * GROUP_ROWS).collect()
            packed = reader.take(part["vault_row"].to_numpy().astype(np.int64))
            ids = voter_ids(vault, state, packed["identity"].str.split_exact("\x1f", 1).struct[0])
            base.append(part.with_columns(ids.alias("voter_id"), state=pl.lit(code, pl.Int16)))
            names.append(packed)
    beside = {}
    for key, file in files.sidecars.items():
        copied = place.name(key, state)
        shutil.copyfile(source(file), target(copied))
        beside[key] = place.written(copied, file.rows)
    return replace(
        files,
        base=place.written(name, base.rows),
        vault=(place.written(sealed, names.rows),),
        sidecars=beside,
        history=None,
    )


def make_changes(args: argparse.Namespace) -> None:
    """A day's news of every state: 0.75 % of its registrations, and 2.5 contacts in a hundred voters."""
    store, vault = Snapshots(args.folder / "store"), open_own_vault(args)
    files = store.latest().states["NC"]
    rng = np.random.default_rng(5)
    chosen = np.sort(rng.choice(files.slots, int(files.slots * 0.0075), replace=False))
    reader = VaultReader(vault, files.vault[0].path, store.path(files.vault[0]))
    who = unpack_identities(reader.take(chosen)["identity"])
    day = args.folder / "day"
    day.mkdir(exist_ok=True)
    raw = pl.read_csv(args.folder / "ncvoter_Statewide.txt", separator="\t", infer_schema=False, encoding="latin-1")
    changed = raw.join(who.select(ncid="source_id"), on="ncid", how="semi")
    moved = changed.with_columns(
        party_cd=pl.lit("UNA"),
        res_street_address=pl.col("res_street_address") + " NORTH",
        registr_dt=pl.lit("09/30/2016"),
    )
    moved.write_csv(day / "changes.txt", separator="\t", quote_style="always")
    asked = pl.Series(rng.choice(files.slots, int(files.slots * 0.025), replace=False))
    people = unpack_identities(reader.take(np.sort(asked.to_numpy()))["identity"])["source_id"]
    pl.DataFrame(
        {
            "id": people,
            "day": "2016-09-30",
            "how": "phone",
            "result": rng.choice(["Canvassed", "Not Home"], len(people)),
        }
    ).write_csv(day / "contacts.csv")
    (day / "contacts.toml").write_text(CONTACTS_LAYOUT, encoding="utf-8")


CONTACTS_LAYOUT = """
name = "bench-contacts"
title = "Contacts by the state's own id"
kind = "contacts"
country = "US"
permitted_use = "Measuring."
id_system = "state"
key = ["id"]
dates = ["%Y-%m-%d"]
columns = ["id", "day", "how", "result"]
[fields]
source_id = "id"
contacted_on = "day"
contact_type = "how"
result_reported = "result"
[fields.result]
column = "result"
codes = { "Canvassed" = "completed", "Not Home" = "attempted" }
"""


def update(args: argparse.Namespace) -> None:
    """A day's registration changes and contacts, state by state."""
    vault, day, states = open_own_vault(args), args.folder / "day", STATES[: n_states(args)]
    layout, contacts = layout_for("nc-2022", "voters"), load_layout(str(day / "contacts.toml"))
    for state in states:
        own = day / f"{state}.txt"
        shutil.copyfile(day / "changes.txt", own)
        with own.open("a") as stream:
            stream.write("\n" * STATES.index(state))  # Files of different states are different files.
        load_voters(
            args.folder / "store",
            [own],
            replace(layout, state=state),
            vault=vault,
            as_of=DAY + dt.timedelta(days=1),
            coverage="changes",
        )
    for state in states:
        own = day / f"{state}.csv"
        own.write_bytes((day / "contacts.csv").read_bytes() + b"\n" * STATES.index(state))
        load_contacts(
            args.folder / "store",
            [own],
            contacts,
            vault=vault,
            as_of=DAY + dt.timedelta(days=1),
            of_state=state,
        )
    print(json.dumps({"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


def rewrite(args: argparse.Namespace) -> None:
    """The full rewrite that the update saves: one state, base and sidecars."""
    with writing(args.folder / "store", what="rewrite") as place:
        manifest = place.before
        books = read_codebooks(None if manifest.codebooks is None else place.snapshots.path(manifest.codebooks))
        compact_state(place, "NC", manifest.states["NC"], precinct_places(books, "NC"))


STEPS = {
    "raw": make_raw,
    "floor": polars_floor,
    "ingest": ingest,
    "history": ingest_history,
    "clone": clone,
    "changes": make_changes,
    "update": update,
    "rewrite": rewrite,
}


def measure_ingest(args: argparse.Namespace) -> None:
    """Raw text to store."""
    millions = one_state(args) / 1e6
    columns_read(args)
    floor, own = child("floor", args), child("ingest", args)
    ratio = own["cpu"] / floor["cpu"]
    said("raw file to store, CPU s per million", f"{own['cpu'] / millions:.2f}", "")
    said("  Polars reads and writes the same columns", f"{floor['cpu'] / millions:.2f}", "")
    said("  ratio", f"{ratio:.2f}", "<= 2", met=ratio <= 2)
    said("  wall s per million", f"{own['wall'] / millions:.2f}", "")
    said(
        f"  peak memory, a state of {millions:g} million",
        f"{own['peak'] / 1e9:.2f} GB",
        "< 2 GB",
        met=own["peak"] < 2e9,
    )
    history = child("history", args)
    said("history to log and bits, CPU s per million voters", f"{history['cpu'] / millions:.2f}", "")
    said("  peak memory", f"{history['peak'] / 1e9:.2f} GB", "< 2 GB", met=history["peak"] < 2e9)


def columns_read(args: argparse.Namespace) -> None:
    """Note which columns the layout reads: the floor reads the same."""
    first = next(iter(read_blocks([args.folder / "ncvoter_Statewide.txt"], layout_for("nc-2022", "voters"))))
    (args.folder / "columns.json").write_text(json.dumps(first.frame.columns))


def measure_storage(args: argparse.Namespace) -> None:
    """Bytes a voter."""
    manifest = Snapshots(args.folder / "store").latest()
    voters = sum(state.slots for state in manifest.states.values())
    base = sum(state.base.size for state in manifest.states.values())
    beside = sum(file.size for state in manifest.states.values() for file in state.sidecars.values())
    vault = sum(file.size for state in manifest.states.values() for file in state.vault)
    each = (base + beside) / voters
    said("voters stored", f"{voters:,}", "")
    said("bytes a voter, with bits of ballots", f"{each:.1f}", "< 25", met=each < 25)
    said("  in the vault, sealed", f"{vault / voters:.1f}", "")


def measure_queries(args: argparse.Namespace) -> None:
    """Scans, groups, cells, one voter, a list."""
    store = args.folder / "store"
    scale = args.voters / 200e6
    electorate = open_electorate(store, connect("duckdb", memory="6GB", folder=store), None)
    manifest, path = electorate.words.manifest, electorate.words.snapshots.path
    columns = [name for name in VOTERS.column_names if name != "last_seen"]
    bits = [f"{plane}_0" for plane in ("voted", "early", "mail")]
    days = sorted({one.date for one in manifest.states["NC"].elections if one.kind == "general"})[-3:]
    ballots = [
        Ballot(function, dt.date.fromisoformat(day))
        for day in days[-1:]
        for function in ("voted", "voted_early", "voted_by_mail")
    ]
    sql = relation_sql(electorate.words, electorate.engine, columns=columns, ballots=ballots)
    sums = [f"sum({name})" for name in columns if name not in {"registered_on", "first_seen"}]
    dates = [f"max({name})" for name in ("registered_on", "first_seen", "last_seen")]
    counted = [f"count_if({ballot.column})" for ballot in ballots]
    table = electorate.engine.table(f"SELECT {', '.join([*sums, *dates, *counted])} FROM ({sql})")

    def own() -> None:
        electorate.engine.collect(table)

    def polars() -> None:
        for state in manifest.states.values():
            dates = cs.date()
            numbers = pl.scan_parquet(path(state.base)).select((cs.all() - dates).sum(), dates.max())
            numbers.collect(engine="streaming")
            pl.scan_parquet(path(state.sidecars["ballots"])).select(pl.col(bits).sum()).collect(engine="streaming")

    (own_cpu, own_wall), (floor_cpu, floor_wall) = median(own), median(polars)
    said(f"scan of {len(sums) + len(dates) + len(counted)} columns, CPU s", f"{own_cpu:.2f} (wall {own_wall:.2f})", "")
    said("  Polars sums the same files", f"{floor_cpu:.2f} (wall {floor_wall:.2f})", "")
    said("  ratio of CPU", f"{own_cpu / floor_cpu:.2f}", "<= 1.5", met=own_cpu <= 1.5 * floor_cpu)
    timed = [
        ("group by precinct, s", lambda: electorate.count(["state", "county", "precinct"]), 6 * scale),
        (
            "county x sex x age x party x race cells, s",
            lambda: electorate.count(["state", "county", "sex", "age", "party", "race"]),
            12 * scale,
        ),
        (
            "the same of those who voted twice, s",
            lambda: electorate.count(
                ["state", "county", "sex", "age", "party", "race"], "times_voted('general', 3) >= 2"
            ),
            12 * scale,
        ),
    ]
    for what, run, target in timed:
        _, wall = median(run)
        scaled(args, what, wall, target)
    counties = [county for county, _ in electorate.count(["county"], "state = 'NC'").sort("voters").rows()[-3:]]
    wanted = f"state = 'NC' and county in {tuple(counties)!r} and times_voted('general', 3) >= 1"
    _, wall = median(
        lambda: electorate.list_voters(wanted, columns=["precinct", "age", "party"], order="age desc", limit=50_000)
    )
    said("50,000 voters in three counties, listed in order, s", f"{wall:.2f}", "<= 0.5", met=wall <= 0.5)
    measure_one_voter(args, electorate)


def measure_one_voter(args: argparse.Namespace, electorate: Electorate) -> None:
    """Find a voter by the state's id."""
    vault = open_own_vault(args)
    files = electorate.words.manifest.states["NC"]
    reader = VaultReader(vault, files.vault[0].path, electorate.words.snapshots.path(files.vault[0]))
    name = unpack_identities(reader.take(np.array([files.slots // 2]))["identity"])["source_id"][0]
    _, wall = median(lambda: show_voter(electorate, f"NC-{name}", vault=vault), 5)
    said("one voter by id, with name, history, household, s", f"{wall:.3f}", "<= 0.3", met=wall <= 0.3)


def measure_spark(args: argparse.Namespace) -> None:
    """The same questions on a local Spark: what a cluster costs before it gains."""
    store = args.folder / "store"
    cells = ["state", "county", "sex", "age", "party", "race"]
    asked = {
        "group by precinct": lambda one: one.count(["state", "county", "precinct"]),
        "cells of those who voted twice": lambda one: one.count(cells, "times_voted('general', 3) >= 2"),
    }
    own = open_electorate(store, connect("duckdb", memory="6GB", folder=store), None)
    other = open_electorate(store, connect("local[2]", memory="6GB"), None)
    for what, run in asked.items():
        _, one = median(lambda run=run: run(own))
        _, two = median(lambda run=run: run(other))
        said(f"{what}: DuckDB, s", f"{one:.2f}", "")
        said("  Spark on the same two cores, s", f"{two:.2f}", f"{two / one:.0f} x")


def measure_update(args: argparse.Namespace) -> None:
    """A day's news against writing everything anew."""
    scale = args.voters / 200e6
    child("changes", args)
    own = child("update", args)
    once = child("rewrite", args)
    full = once["wall"] * n_states(args)
    changes = sum(1 for _ in (args.folder / "day" / "changes.txt").open("rb")) - 1
    scaled(args, f"a day: {changes * n_states(args):,} changes and contacts of 2.5 %, s", own["wall"], 180 * scale)
    said("  peak memory", f"{own['peak'] / 1e9:.2f} GB", "< 2 GB", met=own["peak"] < 2e9)
    ratio = full / own["wall"]
    met = ratio >= 4 if args.voters >= LARGE else None
    said("  writing all states anew (one, times their number), s", f"{full:.1f}", "")
    said("  which takes as long as the update", f"{ratio:.1f} x", ">= 4", met=met)
    said("  update and rewrite together, against the update alone", f"{1 + ratio:.1f} x", "")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--voters", type=int, default=5_000_000)
    parser.add_argument("--folder", type=Path, default=HERE / "out" / "electorate")
    parser.add_argument("--step", choices=sorted(STEPS))
    parser.add_argument("--keep", action="store_true", help="keep the store")
    parser.add_argument("--spark", action="store_true", help="ask a local Spark the same questions")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    if args.step:
        STEPS[args.step](args)
        return
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    shutil.rmtree(args.folder, ignore_errors=True)
    args.folder.mkdir(parents=True)
    print(f"{args.voters:,} voters in {n_states(args)} states; targets in time are for 200 million, scaled\n")
    child("raw", args)
    measure_ingest(args)
    child("clone", args)
    measure_storage(args)
    measure_queries(args)
    if args.spark:
        measure_spark(args)
    measure_update(args)
    if args.json:
        write_json({"voters": args.voters, "figures": ROWS}, args.json)
    if not args.keep:
        shutil.rmtree(args.folder)


if __name__ == "__main__":
    main()
