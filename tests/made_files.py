"""Small files of interviews, written byte by byte or by their own libraries."""

from __future__ import annotations

import struct
from pathlib import Path

QUALTRICS_HEADER = (
    "StartDate,EndDate,Status,Progress,Duration (in seconds),Finished,ResponseId,Q1,Q5_1,Q5_2,Q5_7,Q5_7_TEXT,Q9\n"
    'Start Date,End Date,Response Type,Progress,Duration (in seconds),Finished,Response ID,"If the election\nwere today?",'
    "What have you done? - Voted,What have you done? - Given money,What have you done? - Other:,"
    "What have you done? - Other: - Text,Why?\n" + ",".join(f'"{{""ImportId"":""QID{k}""}}"' for k in range(13)) + "\n"
)
QUALTRICS_VALUES = (
    QUALTRICS_HEADER
    + "2016-10-01 09:00:00,2016-10-01 09:05:30,0,100,330,1,R_1,1,1,,1,wrote a letter,because\n"
    + "2016-10-01 09:10:00,2016-10-01 09:12:00,0,60,120,0,R_2,2,,1,,,\n"
    + "2016-10-01 09:20:00,2016-10-01 09:21:00,0,20,60,0,R_3,2,,,,,\n"
    + "2016-10-01 09:30:00,2016-10-01 09:31:00,1,100,60,1,R_4,1,1,,,,a preview\n"
    + "2016-10-01 09:40:00,2016-10-01 09:41:00,8,100,60,1,R_5,1,1,,,,buy pills\n"
)
QUALTRICS_LABELS = (
    QUALTRICS_HEADER
    + "10/1/2016 9:00,10/1/2016 9:05,IP Address,100,330,True,R_1,Ann Adams,Voted,,Other:,wrote a letter,because\n"
    + "10/1/2016 9:10,10/1/2016 9:12,IP Address,60,120,False,R_2,Bob Brown,,Given money,,,\n"
)
QUALTRICS_BOOK = """
respondent = "ResponseId"

[items.vote]
column = "Q1"
role = "vote"
choices = [{ code = "1", label = "Ann Adams" }, { code = "2", label = "Bob Brown" }]

[items.done]
columns = { Q5_1 = "1", Q5_2 = "2", Q5_7 = "7" }

[items.why]
column = "Q9"
kind = "open"
"""


def write_plain_sav(path: Path, **more) -> Path:
    """Six interviews as SPSS writes them."""
    import pandas as pd
    import pyreadstat

    rows = pd.DataFrame(
        {
            "id": ["a1", "a2", "a3", "a4", "a5", "a6"],
            "vote": [1.0, 2.0, 10.0, 99.0, 1.0, float("nan")],
            "age": [30.0, 999.0, 44.0, 61.0, 998.0, 25.0],
            "region": ["N", "S", "N", "S", "", "N"],
            "warm": [1.0, 5.0, 7.0, 10.0, 5.0, 4.0],
            "m1": [1.0, 2.0, 1.0, 2.0, 1.0, float("nan")],
            "m2": [2.0, 2.0, 1.0, 1.0, 2.0, float("nan")],
            "first": [3.0, 1.0, 2.0, 1.0, 3.0, 1.0],
            "second": [1.0, float("nan"), 3.0, 2.0, 9.0, float("nan")],
        }
    )
    labels = {
        "vote": {1.0: "Ann", 2.0: "Bob", 10.0: "Cleo", 99.0: "Don't know"},
        "age": {999.0: "Refused"},
        "region": {"N": "North", "S": "South", "W": "West"},
        "warm": {1.0: "very cold", 10.0: "very warm"},
        "first": {1.0: "Jobs", 2.0: "Health", 3.0: "War"},
        "second": {1.0: "Jobs", 2.0: "Health", 3.0: "War"},
    }
    settings = {
        "column_labels": {"vote": "Whom would you vote for?", "m1": "Done: voted", "m2": "Done: given"},
        "variable_value_labels": labels,
        "missing_ranges": {"vote": [99.0], "age": [{"lo": 998, "hi": 999}], "second": [9.0]},
    }
    pyreadstat.write_sav(rows, str(path), **{**settings, **more})
    return path


def with_sets(path: Path, declared: str) -> Path:
    """Put a record of multiple-response sets into an SPSS file: type 7, subtype 7, before the end of its dictionary."""
    data = path.read_bytes()
    end = data.rindex(struct.pack("<ii", 999, 0))
    text = declared.encode()
    path.write_bytes(data[:end] + struct.pack("<iiii", 7, 7, 1, len(text)) + text + data[end:])
    return path
