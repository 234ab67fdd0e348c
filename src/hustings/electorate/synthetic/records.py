"""What goes wrong between a person and a record: slips of the pen, gaps, placeholders, people twice."""

from __future__ import annotations

import numpy as np

from hustings.electorate.synthetic.names import nickname_of
from hustings.electorate.synthetic.plan import Plan
from hustings.electorate.synthetic.settings import model
from hustings.electorate.synthetic.spec import Arrays

STATUSES = ("active", "inactive", "removed", "denied", "temporary")
# What a second record of a person has in common with the first.
_OF_THE_PERSON = (
    "person", "first", "middle", "last", "suffix", "woman", "sex", "race", "hispanic", "born", "age", "education", "income",
    "support_logit", "turnout_logit", "party",
)  # fmt: skip


def spoil(rng: np.random.Generator, people: Arrays, plan: Plan) -> None:  # noqa: ARG001 (every step has the map)
    """Spoil a block of clean records in place: duplicates first, so that their slips differ."""
    record, n = model()["record"], len(people["born"])
    _add_duplicates(rng, people, record["duplicate_share"])
    shares = record["status_shares"]
    people["status"] = rng.choice(len(STATUSES), n, p=[shares[name] for name in STATUSES]).astype(np.int8)
    _add_slips(rng, people)
    u = rng.random(n)
    missing, placeholder = record["no_birth_year_share"], record["placeholder_share"]
    people["birth_seen"] = np.where(u < missing, 1, np.where(u < missing + placeholder, 2, 0)).astype(np.int8)
    people["confidential"] = rng.random(n) < record["confidential_share"]
    people["sex"] = np.where(rng.random(n) < record["sex_unknown_share"], 2, people["sex"]).astype(np.int8)


def _add_slips(rng: np.random.Generator, people: Arrays) -> None:
    """Misspell some names, and write some as nicknames."""
    record, n = model()["record"], len(people["born"])
    for name in ("first", "last"):
        slip = np.where(rng.random(n) < record["typo_share"] / 2, rng.integers(1, 2**20, n), 0)
        people[f"{name}_slip"] = slip.astype(np.int32)
    nick = rng.random(n) < record["nickname_share"]
    people["first"] = np.where(nick, nickname_of()[people["first"]], people["first"]).astype(np.int32)


def _add_duplicates(rng: np.random.Generator, people: Arrays, share: float) -> None:
    """Turn a share of the records into second records of others, at their own address."""
    n = len(people["born"])
    pairs = rng.permutation(n)[: 2 * round(share * n)].reshape(2, -1)
    copy, original = pairs[0], pairs[1]
    for name in _OF_THE_PERSON:
        people[name][copy] = people[name][original]
    people["duplicate"][copy] = True
    people["registered"][copy] = np.maximum(people["registered"][copy], people["registered"][original])
