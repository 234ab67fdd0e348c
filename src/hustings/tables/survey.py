"""The daily poll's tables: who was asked, who answered what, how they count, and what comes out.

A *wave* is one round of asking; its tables lie in ``surveys/SURVEY/waves/WAVE/``. Codes of answers are text, as the
questionnaire or the imported file has them; ``codebook.json`` beside them says what they mean. Columns named ``file_*``
are what the voter file says of a person, frozen on the day of the draw; they are known of everybody who was asked.
"""

from __future__ import annotations

from hustings.tables.contract import Column, Table

_FOLDER = "surveys/SURVEY/waves/WAVE"

FILE_COLUMNS = (
    Column("file_state", "text", "", "State, by the voter file.", nullable=True),
    Column("file_county", "text", "", "County, by the voter file.", nullable=True),
    Column("file_congressional_district", "text", "", "District, by the voter file.", nullable=True),
    Column("file_sex", "text", "F M X U", "Sex, by the voter file.", nullable=True),
    Column("file_age", "int", "years", "Age reached in the year of the draw.", nullable=True),
    Column("file_age_band", "text", "", "The same in bands.", nullable=True),
    Column("file_race", "text", "", "Race as reported on the registration.", nullable=True),
    Column("file_party", "text", "", "Party of registration; empty where the state registers none.", nullable=True),
    Column("file_history", "text", "0-4", "Of the last four general elections, how many were voted in.", nullable=True),
    Column("file_tenure", "text", "", "Registered since: new (under a year), 1-4, 5-9, 10+ years.", nullable=True),
)
"""What the voter file says of everybody who was asked."""

SAMPLE = Table(
    name="sample",
    file=f"{_FOLDER}/sample.parquet",
    row="one voter who was drawn, in the order of release",
    key=("case_id",),
    columns=(
        Column("case_id", "int", "1-", "Number of the case in its wave."),
        Column("voter_id", "int", "63 bits", "Pseudonym of the voter."),
        Column("stratum", "text", "", "Stratum the voter was drawn from; the state comes first."),
        Column("selection_prob", "float", "0-1", "Chance with which the voter was drawn."),
        Column("base_weight", "float", "voters", "Its inverse: how many voters of the frame the case stands for."),
        Column(
            "replicate", "int", "1-", "Part of the sample that is released at once; each is a random sample itself."
        ),
        *FILE_COLUMNS,
    ),
)

FRAME = Table(
    name="frame",
    file=f"{_FOLDER}/frame.parquet",
    row="one cell of the voters the sample was drawn from and stands for",
    key=(
        "file_state",
        "file_sex",
        "file_age_band",
        "file_race",
        "file_party",
        "file_history",
        "file_tenure",
    ),
    columns=(
        *(c for c in FILE_COLUMNS if c.name not in {"file_county", "file_congressional_district", "file_age"}),
        Column("voters", "int", "voters", "Voters in the cell."),
        Column("expected_votes", "float", "votes", "Votes expected from the cell."),
    ),
)

COVERAGE = Table(
    name="coverage",
    file=f"{_FOLDER}/coverage.parquet",
    row="one state or segment of the expected electorate",
    key=("dimension", "segment"),
    columns=(
        Column("dimension", "text", "", "What it is a segment of: state, or a column of the voter file."),
        Column("segment", "text", "", "The state or segment."),
        Column("voters", "int", "voters", "Registered voters in it, reachable or not."),
        Column("expected_votes", "float", "votes", "Votes expected from it."),
        Column("expected_share", "float", "0-1", "Its share of the expected electorate."),
        Column("asked", "int", "voters", "Voters drawn from it."),
        Column("interviews", "int", "interviews", "Complete interviews so far."),
        Column("target", "int", "interviews", "Interviews that were aimed at."),
        Column("unpolled", "bool", "yes/no", "Whether it is below its target: its voters are not heard."),
    ),
)

RESPONDENTS = Table(
    name="respondents",
    file=f"{_FOLDER}/respondents.parquet",
    row="one person who began an interview",
    key=("respondent_id",),
    columns=(
        Column("respondent_id", "text", "", "Id of the interview: the case, or the imported file's own."),
        Column("case_id", "int", "1-", "Case of the sample; empty for an imported interview.", nullable=True),
        Column("voter_id", "int", "63 bits", "Pseudonym of the voter who was asked, where known.", nullable=True),
        Column(
            "match_prob", "float", "0-1", "Chance that it is that voter: 1 where the voter was asked.", nullable=True
        ),
        Column("sample_source", "text", "", "voter-file, or the name of the imported file."),
        Column("mode", "text", "", "web, sms, ivr, or as the imported file says."),
        Column("disposition", "text", "AAPOR code", "1.1 complete, 1.2 partial, 2.1 refusal or break-off, ..."),
        Column("field_date", "date", "day", "Day of the interview.", nullable=True),
        Column("started_at", "text", "ISO 8601, UTC", "When it began.", nullable=True),
        Column("ended_at", "text", "ISO 8601, UTC", "When it ended.", nullable=True),
        Column("seconds", "float", "seconds", "How long it took.", nullable=True),
        Column(
            "device", "text", "", "Keyed mark of the device, line or interviewer; empty where unknown.", nullable=True
        ),
        Column("base_weight", "float", "> 0", "Inverse selection probability; 1 where nobody drew the sample."),
        Column("stratum", "text", "", "Stratum of the design; empty where there was none.", nullable=True),
        *FILE_COLUMNS,
    ),
)

ANSWERS = Table(
    name="answers",
    file=f"{_FOLDER}/answers.parquet",
    row="one answer: of a question with several answers, one row each; a question asked and not answered has one too",
    key=("respondent_id", "question", "code"),
    columns=(
        Column("respondent_id", "text", "", "Who answered."),
        Column("question", "text", "", "Name of the question."),
        Column("code", "text", "", "Code of the answer; empty for numbers, open answers and no answer.", nullable=True),
        Column("value", "float", "", "The number given to a numeric question.", nullable=True),
        Column("text", "text", "", "The words given to an open question, verbatim.", nullable=True),
    ),
)

SPLITS = Table(
    name="splits",
    file=f"{_FOLDER}/splits.parquet",
    row="one random assignment of a respondent, made before the question was shown",
    key=("respondent_id", "split"),
    columns=(
        Column("respondent_id", "text", "", "Who was assigned."),
        Column("split", "text", "", "Name of the split sample."),
        Column("arm", "text", "", "What was assigned."),
    ),
)

ATTEMPTS = Table(
    name="attempts",
    file=f"{_FOLDER}/attempts.parquet",
    row="one attempt to reach a voter who was drawn",
    key=("case_id", "attempt"),
    columns=(
        Column("case_id", "int", "1-", "Case of the sample."),
        Column("attempt", "int", "1-", "Number of the attempt."),
        Column("at", "text", "ISO 8601, UTC", "When."),
        Column("mode", "text", "", "web, sms or ivr."),
        Column("outcome", "text", "", "What became of it, in the provider's word."),
        Column("disposition", "text", "AAPOR code", "What that means."),
    ),
)

REACH = Table(
    name="reach",
    file=f"{_FOLDER}/reach.parquet",
    row="one voter who was drawn and has no number that can be dialled",
    key=("case_id",),
    columns=(
        Column("case_id", "int", "1-", "Case of the sample."),
        Column("problem", "text", "", "Why not: `no number`, or what is wrong with the one in the file."),
    ),
)

QUALITY = Table(
    name="quality",
    file=f"{_FOLDER}/quality.parquet",
    row="one interview that a rule found something wrong with",
    key=("respondent_id", "rule"),
    columns=(
        Column("respondent_id", "text", "", "Which interview."),
        Column("rule", "text", "", "Name of the rule."),
        Column("found", "text", "", "What it found, in words."),
        Column("set_aside", "bool", "yes/no", "Whether the rule sets interviews aside, or only marks them."),
    ),
)

WEIGHTS = Table(
    name="weights",
    file=f"{_FOLDER}/weights/NAME/weights.parquet",
    row="one interview that counts",
    key=("respondent_id",),
    columns=(
        Column("respondent_id", "text", "", "Which interview."),
        Column("base_weight", "float", "> 0", "Inverse selection probability."),
        Column("nonresponse_factor", "float", ">= 1", "Inverse chance to answer, learned from asked against answered."),
        Column("calibration_factor", "float", "> 0", "What raking or calibration, and trimming, made of it."),
        Column("weight", "float", "> 0, mean 1", "The product, scaled to mean 1."),
    ),
)

ESTIMATES = Table(
    name="estimates",
    file=f"{_FOLDER}/tables/estimates-NAME.parquet",
    row="one answer of one question in one column of the banner",
    key=("weighting", "question", "code", "banner", "column"),
    columns=(
        Column("weighting", "text", "", "Name of the weighting; `unweighted` for none."),
        Column("question", "text", "", "Name of the question."),
        Column(
            "code", "text", "", "Code of the answer; `mean` for the mean of a number, `net:NAME` for several codes."
        ),
        Column("label", "text", "", "The answer in words."),
        Column("banner", "text", "", "What the column is a group of; `total` for everybody."),
        Column("column", "text", "", "The group."),
        Column("letter", "text", "A-Z", "Its letter in the banner; empty for the total.", nullable=True),
        Column("n_unweighted", "int", "interviews", "Interviews in the base: those in the column who were asked."),
        Column("n_weighted", "float", "", "Sum of their weights."),
        Column("n_effective", "float", "", "Kish's effective sample size of the base."),
        Column(
            "estimate",
            "float",
            "0-1, or a number",
            "Share of the base; the mean for `mean`. Empty when suppressed.",
            nullable=True,
        ),
        Column("se", "float", "", "Its standard error.", nullable=True),
        Column("low", "float", "", "Lower end of the 95 % interval.", nullable=True),
        Column("high", "float", "", "Upper end.", nullable=True),
        Column("higher_than", "text", "", "Letters of columns it is significantly above: upper case 95 %, lower 90 %."),
        Column("flag", "text", "", "`suppressed` below the smallest base, `small` below the next, empty otherwise."),
    ),
)

TREND = Table(
    name="trend",
    file="surveys/SURVEY/trend.parquet",
    row="one measured quantity in one unit, in one wave or on one day of a line",
    key=("kind", "measure", "unit", "date"),
    columns=(
        Column("kind", "text", "", "wave, rolling, smooth or change."),
        Column("measure", "text", "", "What is measured: QUESTION:CODE, or a measure of definition and engagement."),
        Column("unit", "text", "", "State, or the nation's id."),
        Column("date", "date", "day", "Last day of the wave or window; the day of a smooth line."),
        Column("estimate", "float", "", "Share, mean or difference."),
        Column("se", "float", "", "Its standard error."),
        Column("low", "float", "", "Lower end of the 95 % interval."),
        Column("high", "float", "", "Upper end."),
        Column("n_effective", "float", "", "Effective interviews behind it."),
        Column("waves", "int", "waves", "Waves in the window."),
    ),
)

WAVE_POLLS = Table(
    name="wave_polls",
    file=f"{_FOLDER}/polls.csv",
    row="the wave as one poll of a state or the nation, for the tracker",
    key=("poll_id",),
    columns=(
        Column("poll_id", "text", "", "SURVEY-WAVE-UNIT."),
        Column("pollster", "text", "", "The survey's name: it gets a house effect of its own."),
        Column("unit", "text", "", "State, or the nation's id."),
        Column("start_date", "date", "day", "First day of interviews."),
        Column("end_date", "date", "day", "Last day of interviews."),
        Column("sample_size", "int", "interviews", "Effective interviews: what the variance of the shares says."),
        Column("population", "text", "lv, rv, a", "Who the weights stand for."),
        Column("mode", "text", "", "How it was asked."),
        Column(
            "is_subgroup",
            "bool",
            "yes/no",
            "Whether its interviews stand in other rows too: the nation's row beside the states'; the tracker sets it aside.",
        ),
        # then one column for each option of the contest, in percent of all who were asked
    ),
)

SURVEY_TABLES: tuple[Table, ...] = (
    SAMPLE,
    FRAME,
    COVERAGE,
    RESPONDENTS,
    ANSWERS,
    SPLITS,
    ATTEMPTS,
    REACH,
    QUALITY,
    WEIGHTS,
    ESTIMATES,
    TREND,
    WAVE_POLLS,
)
"""Every table of the daily poll."""
