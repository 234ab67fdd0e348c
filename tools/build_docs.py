"""Writes the pages of docs/ that are generated from the code. `make docs` runs it; a test compares."""

from __future__ import annotations

from pathlib import Path

from hustings.tables import ALL_TABLES, Table

ROOT = Path(__file__).resolve().parent.parent

INTRO = """# The files hustings writes

<!-- Generated from src/hustings/tables/ by `make docs`. Change the code, not this page. -->

A run is a folder. It is written beside its destination and renamed into place when it is complete, so a folder that
exists is a finished run. Tables are CSV (UTF-8, comma, header, dates as `YYYY-MM-DD`, numbers in full precision) or
Parquet. Shares and chances are fractions between 0 and 1, never percent. A column never changes its meaning under the
same name; what changes in a release stands in the CHANGELOG under "Numbers that change".

| file | a row is | key |
| --- | --- | --- |
"""

VERDICT = """## verdict.json

The answer in one object. Numbers are not rounded.

| key | meaning |
| --- | --- |
| `contest`, `contest_title` | Name and title of the contest. |
| `as_of`, `election_date` | The day whose knowledge is used; the day of the election. |
| `rule`, `seats_total`, `seats_to_win` | How votes become winners; what is awarded in all; what wins. |
| `nation` | Id under which the whole contest stands in the tables. |
| `options` | Option id -> the numbers below, in the contest's order. |
| `options.ID.label` | Name for people. |
| `options.ID.win_prob` | Chance to win the contest. |
| `options.ID.seats_mean`, `seats_q05`, `seats_q95` | Electors or seats: mean, 5 % and 95 % quantile. |
| `options.ID.seats_histogram` | Pairs of a number of seats and its chance. |
| `options.ID.popular_share_mean`, `popular_share_sd` | Share of all votes for the contest's options. |
| `options.ID.popular_win_prob` | Chance to have the most votes of all. |
| `options.ID.popular_win_but_lose_prob` | Chance to have the most votes of all and not win the contest. |
| `tie_prob` | Chance of an exact tie for first place. |
| `no_majority_prob` | Chance that nobody reaches what wins. |
| `tipping_points` | Units with the chance that they decide, the likeliest first. |
| `closest_units` | Units by how small the expected margin is: `unit`, `option`, `margin`, `win_prob`. |
| `fewest_votes_to_flip` | The fewest changed votes that turn the expected result: `winner`, `votes`, and `units` with theirs; null where nothing can. |

## run.json

What made the run. A folder without it is not a run of hustings, and hustings will not replace it.

| key | meaning |
| --- | --- |
| `as_of`, `seed`, `draws`, `code_version` | What to repeat to get the same bytes. |
| `inputs` | Every file read: `path`, `sha256`. |
| `config` | Every setting, the defaults included. |
| `units` | What is known of each unit: `id`, `name`, `seats`, `parent`, `region`, `tile` (row and column on the map of tiles, or null), `last_poll_date`, `n_polls`. |
| `timings`, `diagnostics` | Seconds by stage; how good the approximations were. |
| `notes` | What a reader should be told, in sentences. |
"""


def files_page() -> str:
    """Describe every file of a run."""
    tables = "".join(
        f"| [`{t.file}`](#{t.file.replace('.', '')}) | {t.row} | {', '.join(f'`{k}`' for k in t.key)} |\n"
        for t in ALL_TABLES
    )
    objects = "| [`verdict.json`](#verdictjson) | the answer, one object | |\n| [`run.json`](#runjson) | what made the run, one object | |\n"
    return INTRO + tables + objects + "\n" + "\n".join(_table(table) for table in ALL_TABLES) + "\n" + VERDICT


def _table(table: Table) -> str:
    """Describe a table's columns."""
    lines = [
        f"## {table.file}",
        "",
        f"A row is {table.row}.",
        "",
        "| column | type | unit or range | meaning |",
        "| --- | --- | --- | --- |",
    ]
    for column in table.columns:
        kind = f"{column.dtype}, may be empty" if column.nullable else column.dtype
        lines.append(f"| `{column.name}` | {kind} | {column.unit} | {column.meaning} |")
    return "\n".join(lines) + "\n"


PAGES = {"docs/files.md": files_page}


def main() -> None:
    """Write every generated page."""
    for path, make in PAGES.items():
        (ROOT / path).write_text(make(), encoding="utf-8")
        print(f"written: {path}")


if __name__ == "__main__":
    main()
