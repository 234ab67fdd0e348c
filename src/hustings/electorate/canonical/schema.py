"""Columns and types of the canonical blocks, whatever file they come from."""

from __future__ import annotations

import polars as pl

from hustings.electorate.identities import IDENTITY_COLUMNS

VOTERS = {
    "source_id": pl.String,
    "state": pl.String,
    "county": pl.String,
    "precinct": pl.String,
    "congressional_district": pl.String,
    "state_senate_district": pl.String,
    "state_house_district": pl.String,
    "municipality": pl.String,
    "birth_year": pl.Int16,
    "sex": pl.String,
    "race": pl.String,
    "ethnicity": pl.String,
    "party": pl.String,
    "registered_on": pl.Date,
    "status": pl.String,
}
"""A voter as registered; ``source_id`` is the state's own id. No names, no addresses."""

IDENTITIES = dict.fromkeys(IDENTITY_COLUMNS, pl.String)
"""Who that is: row by row the same voters. ``birth_date`` is ISO text."""

HISTORY = {
    "source_id": pl.String,
    "state": pl.String,
    "county": pl.String,
    "election_date": pl.Date,
    "election_kind": pl.String,
    "election_label": pl.String,
    "method": pl.String,
    "counted": pl.Boolean,
    "ballot_party": pl.String,
}
"""One row per voter and election in the voter's history."""

EARLY_VOTES = {
    "source_id": pl.String,
    "state": pl.String,
    "election_date": pl.Date,
    "requested_on": pl.Date,
    "sent_on": pl.Date,
    "returned_on": pl.Date,
    "method": pl.String,
    "ballot_status": pl.String,
    "ballot_party": pl.String,
}
"""One row per early or mail ballot, as it stands."""

CONTACTS = {
    "id_system": pl.String,
    "source_id": pl.String,
    "contacted_on": pl.Date,
    "contact_type": pl.String,
    "result": pl.String,
    "result_reported": pl.String,
    "canvasser": pl.String,
    "question": pl.String,
    "answer": pl.String,
}
"""One row per attempt to reach a voter, or per answer to a question."""

CONSUMER = {"id_system": pl.String, "source_id": pl.String, "state": pl.String}
"""What every consumer block begins with; then one text column per attribute of the layout."""

RESULTS = ("attempted", "reached", "completed", "bad_contact", "refused", "deceased_moved")
"""Normal form of a contact's result."""

ELECTION_KINDS = ("general", "primary", "presidential primary", "municipal", "special", "runoff", "other")
"""Kinds of election."""
