"""What score models write: voters' scores, and the model card's tables."""

from __future__ import annotations

from hustings.tables.contract import Column, Table

VOTER_SCORES = Table(
    name="voter_scores",
    file="store/scores/STATE/NUMBER.parquet",
    row="one slot of the state, in the order of its voters; further options have a support_OPTION_prob each",
    key=(),
    columns=(
        Column(
            "turnout_prob",
            "float",
            "0-1",
            "Chance to vote in the contest; 1 once the ballot is in, empty for voters who are gone.",
            nullable=True,
            storage="float32",
        ),
        Column(
            "support_prob",
            "float",
            "0-1",
            "Chance to prefer the contest's first option among its options, if the voter votes.",
            nullable=True,
            storage="float32",
        ),
        Column(
            "persuasion_effect",
            "float",
            "difference of 0-1",
            "What a contact adds to the chance to prefer the first option; negative where it does harm.",
            nullable=True,
            storage="float32",
        ),
        Column(
            "mobilisation_effect",
            "float",
            "difference of 0-1",
            "What a contact adds to the chance to vote.",
            nullable=True,
            storage="float32",
        ),
    ),
)

DECILES = Table(
    name="deciles",
    file="deciles.csv",
    row="a tenth of the held-out voters, highest scores first, of one score",
    key=("score", "decile"),
    columns=(
        Column("score", "text", "", "Column of the score."),
        Column("decile", "int", "1-10", "1 holds the highest scores."),
        Column("voters", "int", "voters", "Held-out voters in it."),
        Column("score_mean", "float", "0-1; effects may be negative", "Mean score."),
        Column(
            "outcome_share",
            "float",
            "0-1; effects may be negative",
            "Share in whom it came true (for effects: the effect measured).",
        ),
        Column("outcome_se", "float", ">= 0", "Standard error of that share."),
        Column(
            "gain_share",
            "float",
            "0-1; of effects any",
            "Part of all who came true that stands in this decile and those above; empty where nobody did.",
            nullable=True,
        ),
        Column(
            "lift", "float", "ratio", "Outcome share over the share of all; empty where that is none.", nullable=True
        ),
    ),
)

CALIBRATION = Table(
    name="calibration",
    file="calibration.csv",
    row="one group of held-out voters, of one score",
    key=("score", "group", "value"),
    columns=(
        Column("score", "text", "", "Column of the score."),
        Column("group", "text", "", "What the voters are grouped by: state, age, ...; crossed groups joined with x."),
        Column("value", "text", "", "The group's value."),
        Column("voters", "int", "voters", "Held-out voters in it."),
        Column("score_mean", "float", "0-1; effects may be negative", "Mean score."),
        Column(
            "outcome_share",
            "float",
            "0-1; effects may be negative",
            "Share in whom it came true (for effects: the effect measured).",
        ),
        Column("outcome_se", "float", ">= 0", "Standard error of that share."),
    ),
)

IMPORTANCE = Table(
    name="importance",
    file="importance.csv",
    row="one term of one scorecard",
    key=("score", "term"),
    columns=(
        Column("score", "text", "", "Column of the score."),
        Column("term", "text", "", "Feature, or features joined with x."),
        Column("mean_abs", "float", "scale of the predictor", "Mean absolute contribution over the voters."),
    ),
)

VOTER_CELLS = Table(
    name="voter_cells",
    file="voter_cells.parquet",
    row="voters of the file who are alike to the support model",
    key=("state", "age", "sex", "race_group", "party", "times_voted_share", "certain"),
    columns=(
        Column("state", "text", "", "State.", nullable=True),
        Column("age", "float", "years", "Age at the election: lower end of the band.", nullable=True),
        Column("sex", "text", "F M X U", "Sex as reported.", nullable=True),
        Column("race_group", "text", "", "white, black, hispanic, other; empty where not known.", nullable=True),
        Column("party", "text", "", "Party of registration; empty where the state registers none.", nullable=True),
        Column(
            "times_voted_share",
            "float",
            "0-1",
            "Share of past elections voted in: lower end of the band.",
            nullable=True,
        ),
        Column("certain", "bool", "yes/no", "Whether their ballots are in."),
        Column("voters", "int", "voters", "How many they are."),
        Column("votes", "float", "votes", "Sum of their chances to vote."),
    ),
)

LISTS = Table(
    name="lists",
    file="lists/NAME/list.parquet",
    row="one voter of a list that was cut, contacted or held out; lock.json beside it holds seed, day and hash",
    key=("voter_id",),
    columns=(
        Column("voter_id", "int", "63 bits", "Pseudonym of the voter."),
        Column("stratum", "text", "", "Within it arms were drawn with their shares; empty where there was one alone."),
        Column("household", "int", "0-", "Number of the household, which has one arm together."),
        Column("arm", "text", "", "What was drawn: `held out`, or the contact."),
        Column("arm_prob", "float", "0-1", "Chance with which that arm was drawn."),
    ),
)

SCORE_TABLES = (VOTER_SCORES, DECILES, CALIBRATION, IMPORTANCE, VOTER_CELLS, LISTS)
