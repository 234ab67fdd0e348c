"""The electorate's tables: voters, sidecars in the same row order, and the logs beside them.

Values of few kinds are stored as signed codes; ``codebooks`` says what a code stands for. A *slot* is a row's place
in its state: changed voters keep theirs, so that sidecars stay aligned until a state is compacted.
"""

from __future__ import annotations

from hustings.tables.contract import Column, Table


def _coded(name: str, storage: str, meaning: str, *, nullable: bool = True) -> Column:
    return Column(name, "int", f"code: {name}", meaning, nullable=nullable, storage=storage)


_VOTER_ID = Column(
    "voter_id",
    "int",
    "63 bits",
    "Keyed pseudonym of the state's own id; without the vault's key it leads to nobody.",
    storage="int64",
    encoding="plain",
)

VOTERS = Table(
    name="voters",
    file="store/voters/STATE/NUMBER.parquet",
    row="one voter of a state, sorted by county, precinct and household",
    key=("voter_id",),
    columns=(
        _VOTER_ID,
        Column(
            "household_id",
            "int",
            "44 bits",
            "Keyed number of the residential address; voters who share it live together.",
            nullable=True,
            storage="int64",
            encoding="delta",
        ),
        _coded("state", "int16", "State or country.", nullable=False),
        _coded("county", "int16", "County, as the source names it.", nullable=False),
        _coded("precinct", "int32", "Precinct within the county.", nullable=False),
        _coded("congressional_district", "int16", "District of the lower national house."),
        _coded("state_senate_district", "int16", "District of the state's upper house."),
        _coded("state_house_district", "int16", "District of the state's lower house."),
        _coded("municipality", "int32", "City, town or ward."),
        Column("birth_year", "int", "year", "Year of birth; empty where unknown.", nullable=True, storage="int16"),
        _coded("sex", "int8", "Sex as reported: F, M, X, U (not said)."),
        _coded("race", "int8", "Race as reported on the registration; never modelled."),
        _coded("ethnicity", "int8", "Ethnicity as reported; never modelled."),
        _coded("party", "int16", "Party of registration as reported; empty where the state registers none."),
        Column(
            "registered_on",
            "date",
            "day",
            "Day of registration; empty where unknown.",
            nullable=True,
            storage="date32",
        ),
        _coded("status", "int8", "Status of the registration.", nullable=False),
        _coded("source", "int8", "Layout of the file the row came from.", nullable=False),
        Column("first_seen", "date", "day", "Date of the first file that held the voter.", storage="date32"),
        Column(
            "last_seen",
            "date",
            "day",
            "Date of the last file that held a voter who is gone; empty while present.",
            nullable=True,
            storage="date32",
        ),
        Column(
            "vault_row",
            "int",
            "row",
            "Row of the voter's identity in the state's vault; a new one after a change of name or address.",
            storage="int32",
            encoding="delta",
        ),
    ),
)

VOTERS_DELTA = Table(
    name="voters_delta",
    file="store/voters/STATE/NUMBER-delta.parquet",
    row="one voter whose row differs from the base file, or is not in it",
    key=("slot",),
    columns=(
        Column(
            "slot",
            "int",
            "row",
            "Row of the base file that this one stands for; new voters follow after its last.",
            storage="int32",
        ),
        *VOTERS.columns,
    ),
)

HISTORY = Table(
    name="history",
    file="store/history/STATE/NUMBER.parquet",
    row="one voter in one election, sorted by voter",
    key=("voter_id", "election"),
    columns=(
        _VOTER_ID,
        Column(
            "election",
            "int",
            "number",
            "Election: its number in the state's list, which the manifest holds.",
            storage="int16",
        ),
        _coded("method", "int8", "How the ballot was cast.", nullable=False),
        Column("counted", "bool", "yes/no", "Whether the ballot was counted.", storage="bool_"),
        _coded("ballot_party", "int16", "Party whose ballot was taken, in a primary."),
        _coded("county", "int16", "County of the ballot, where the source says it."),
    ),
)

EARLY_VOTES = Table(
    name="early_votes",
    file="store/early_votes/STATE/NUMBER.parquet",
    row="one ballot asked for or cast before election day",
    key=("voter_id", "election_on", "method", "requested_on"),
    columns=(
        _VOTER_ID,
        _coded("state", "int16", "State or country.", nullable=False),
        Column(
            "election_on",
            "date",
            "day",
            "Day of the election; empty where the file does not say.",
            nullable=True,
            storage="date32",
        ),
        Column("requested_on", "date", "day", "Day the ballot was asked for.", nullable=True, storage="date32"),
        Column("sent_on", "date", "day", "Day the ballot was sent.", nullable=True, storage="date32"),
        Column("returned_on", "date", "day", "Day the ballot came back or was cast.", nullable=True, storage="date32"),
        _coded("method", "int8", "early (in person) or mail.", nullable=False),
        _coded("ballot_status", "int8", "Where the ballot stands.", nullable=False),
        _coded("ballot_party", "int16", "Party of the voter, as the file says."),
    ),
)

CONTACTS = Table(
    name="contacts",
    file="store/contacts/NUMBER.parquet",
    row="one attempt to reach a voter, or one answer given",
    key=("voter_id", "contacted_on", "contact_type", "question"),
    columns=(
        _VOTER_ID,
        Column("contacted_on", "date", "day", "Day of the contact.", storage="date32"),
        _coded("contact_type", "int8", "door, phone, text, mail, ...", nullable=False),
        _coded(
            "result",
            "int8",
            "Result in normal form: attempted, reached, completed, bad_contact, refused, deceased_moved.",
            nullable=False,
        ),
        _coded("result_reported", "int16", "Result as the source reports it.", nullable=False),
        Column(
            "canvasser_id",
            "int",
            "63 bits",
            "Keyed pseudonym of who made the contact.",
            nullable=True,
            storage="int64",
            encoding="plain",
        ),
        _coded("question", "int16", "Question asked."),
        _coded("answer", "int16", "Answer given."),
    ),
)

BITS = 63
"""Elections in one word of ballots: the sign bit stays free."""

BALLOTS = Table(
    name="ballots",
    file="store/ballots/STATE/NUMBER.parquet",
    row="one slot of the state, in the order of its voters",
    key=(),
    columns=(
        Column(
            "voted_0",
            "int",
            "bits",
            "Bit i: a counted ballot in election i of the state's list (voted_1: 63 + i, ...).",
            storage="int64",
            encoding="plain",
        ),
        Column(
            "early_0", "int", "bits", "Bit i: that ballot was cast early in person.", storage="int64", encoding="plain"
        ),
        Column("mail_0", "int", "bits", "Bit i: that ballot came by mail.", storage="int64", encoding="plain"),
    ),
)

CONTACT_SUMMARY = Table(
    name="contact_summary",
    file="store/contact_summary/STATE/NUMBER.parquet",
    row="one slot of the state, in the order of its voters",
    key=(),
    columns=(
        Column("contact_attempts", "int", "count", "Attempts to reach the voter.", storage="int16"),
        Column("contacts_reached", "int", "count", "Attempts that reached the voter.", storage="int16"),
        Column("last_contact_on", "date", "day", "Day of the last attempt.", nullable=True, storage="date32"),
        _coded("last_result", "int8", "Result of the last attempt."),
    ),
)

EARLY_SUMMARY = Table(
    name="early_summary",
    file="store/early_summary/STATE/NUMBER.parquet",
    row="one slot of the state, in the order of its voters",
    key=(),
    columns=(
        Column(
            "early_returned_on",
            "date",
            "day",
            "Day the voter's ballot came back or was cast; the latest election.",
            nullable=True,
            storage="date32",
        ),
        _coded("early_status", "int8", "Where the voter's ballot stands; empty without one."),
    ),
)

ALIASES = Table(
    name="aliases",
    file="store/aliases/NUMBER.parquet",
    row="one id of another system that leads to a voter",
    key=("alias_id",),
    columns=(
        Column(
            "alias_id",
            "int",
            "63 bits",
            "Keyed pseudonym of the other system's id.",
            storage="int64",
            encoding="plain",
        ),
        _VOTER_ID,
        _coded("state", "int16", "State whose voter it is.", nullable=False),
        Column(
            "match_prob",
            "float",
            "0-1",
            "Probability that it is the same person; 1 from a list that says so.",
            storage="float32",
        ),
    ),
)

PERSONS = Table(
    name="persons",
    file="store/persons/NUMBER.parquet",
    row="one voter who was linked to another: a mover between states",
    key=("voter_id",),
    columns=(
        _VOTER_ID,
        Column(
            "person_id", "int", "number", "The person, the same for all of its voters and in all runs.", storage="int64"
        ),
        Column(
            "match_prob",
            "float",
            "0-1",
            "Probability of the link that joined the voter to the person.",
            storage="float32",
        ),
    ),
)

CODEBOOKS = Table(
    name="codebooks",
    file="store/codebooks/NUMBER.parquet",
    row="one code",
    key=("book", "code"),
    columns=(
        Column("book", "text", "name", "Column whose codes these are.", storage="string"),
        Column("code", "int", "code", "Code as stored.", storage="int32"),
        Column("state", "text", "USPS", "State, for codes that belong to one.", nullable=True, storage="string"),
        Column("county", "text", "name", "County, for precincts.", nullable=True, storage="string"),
        Column("value", "text", "as reported", "What the code stands for.", storage="string"),
    ),
)

QUARANTINE = Table(
    name="quarantine",
    file="store/quarantine/NUMBER.csv",
    row="one row of a source that could not be used",
    key=("file", "line"),
    columns=(
        Column("file", "text", "name", "File the row came from."),
        Column("line", "int", "line", "Line in that file, from 1."),
        Column("reason", "text", "sentence", "Why it was set aside; the row itself is sealed beside, in the vault."),
    ),
)

ELECTORATE_TABLES: tuple[Table, ...] = (
    VOTERS,
    VOTERS_DELTA,
    BALLOTS,
    HISTORY,
    ALIASES,
    PERSONS,
    CONTACTS,
    CONTACT_SUMMARY,
    EARLY_VOTES,
    EARLY_SUMMARY,
    CODEBOOKS,
    QUARANTINE,
)
