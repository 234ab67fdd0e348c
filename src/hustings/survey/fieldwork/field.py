"""A wave in the field: its cases, the links and numbers that lead to them, and where each interview stands."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from hustings.errors import InputError
from hustings.store.vault import Vault
from hustings.survey.fieldwork.interview import CaseState, apply
from hustings.survey.fieldwork.journal import JOURNAL, Event, Journal
from hustings.survey.fieldwork.optouts import OptOuts, opt_outs_folder
from hustings.survey.fieldwork.phones import read_phones
from hustings.survey.questionnaire import Assignment, Questionnaire, assign, read_questionnaire
from hustings.survey.waves import Wave

MODES = ("web", "sms", "ivr")


@dataclass(frozen=True)
class Asker:
    """Who asks, in the words that voters are told.

    Parameters
    ----------
    name : str
        Who asks: "Example Research, for the Example campaign".
    contact : str
        Where questions go: a telephone number or an e-mail address.
    public_url : str
        Where voters and the provider reach the server, no slash at the end.
    quickest_reply_seconds : float
        A text that comes sooner after the question than this was written before the question was read: it is kept and
        not applied.
    """

    name: str
    contact: str
    public_url: str
    quickest_reply_seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Case:
    """A voter who was drawn, and the ways to them.

    Parameters
    ----------
    case_id, voter_id, state, replicate
        As in the sample.
    token : str
        Stands for the case in links.
    phone : str
        E.164; empty for none.
    phone_problem : str
        Why there is none.
    phone_key : int, optional
        Its key, as opt-outs have it.
    texts : bool
        Whether texts from the number are this case's: of voters who share one, the first drawn.
    """

    case_id: int
    voter_id: int
    state: str
    replicate: int
    token: str
    phone: str = ""
    phone_problem: str = "no number"
    phone_key: int | None = None
    texts: bool = False


@dataclass
class Field:
    """A wave that is being fielded by this process; :func:`open_field` makes it.

    Events are applied by the journal's thread after they are on disk; everybody else reads.
    """

    wave: Wave
    questionnaire: Questionnaire
    cases: Mapping[int, Case]
    asker: Asker
    opt_outs: OptOuts
    mark: Callable[[str], str]
    states: dict[int, CaseState] = field(default_factory=dict)
    journal: Journal = field(init=False)
    by_token: Mapping[str, Case] = field(init=False)
    by_phone: Mapping[str, Case] = field(init=False)
    _assignments: dict[int, Assignment] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.by_token = {case.token: case for case in self.cases.values()}
        self.by_phone = {case.phone: case for case in self.cases.values() if case.texts}
        self.journal = Journal(self.wave.path(JOURNAL), self._apply)
        self._apply(tuple(self.journal.events()))

    def state(self, case_id: int) -> CaseState:
        """Where the interview of a case stands, as of the last event on disk."""
        return self.states.get(case_id) or CaseState(case_id)

    def assignment(self, case_id: int) -> Assignment:
        """What chance decided for a case: as stored, otherwise as it will be stored (it depends on nothing but the case)."""
        stored = self.state(case_id).assignment
        if stored is None:
            return assign(self.questionnaire, self.rng(case_id))
        known = self._assignments.get(case_id)
        if known is None:
            known = self._assignments[case_id] = Assignment.from_json(stored)
        return known

    def rng(self, case_id: int) -> np.random.Generator:
        """Give the case's own generator."""
        seed = hashlib.sha256(f"{self.wave.survey.name}/{self.wave.name}/{case_id}".encode()).digest()[:16]
        return np.random.default_rng(int.from_bytes(seed, "big"))

    def record(self, *events: Event) -> Future[bool]:
        """Store events of one case; what chance decided is stored before the first.

        Returns
        -------
        Future
            As :meth:`Journal.append` gives it.
        """
        first = events[0]
        if first.case_id and first.kind in {"begun", "answer"} and self.state(first.case_id).assignment is None:
            body = {"assignment": self.assignment(first.case_id).to_json()}
            # The journal keeps the order: on disk it comes before, or with, what follows.
            self.journal.append(
                Event(f"assigned:{first.case_id}", first.case_id, first.at, first.mode, "assigned", body)
            )
        return self.journal.append(*events)

    def blocked(self, case: Case) -> bool:
        """Tell whether a case must not be contacted, as of now."""
        return self.state(case.case_id).stopped or self.opt_outs.holds(case.voter_id, case.phone_key)

    def link(self, case: Case) -> str:
        """Give the personal link of a case."""
        return f"{self.asker.public_url}/{self.wave.name}/{case.token}"

    def links(self) -> pl.DataFrame:
        """Every case's link, for letters and e-mails: ``case_id``, ``url``."""
        return pl.DataFrame(
            {"case_id": list(self.cases), "url": [self.link(case) for case in self.cases.values()]},
            schema={"case_id": pl.Int64, "url": pl.String},
        )

    def close(self) -> None:
        """Store what is waiting and let go of the journal."""
        self.journal.close()

    def _apply(self, events: Sequence[Event]) -> None:
        for event in events:
            if event.case_id:
                self.states[event.case_id] = apply(self.state(event.case_id), event)


def open_field(wave: Wave, vault: Vault, asker: Asker, *, contacts: pl.DataFrame) -> Field:
    """Open a wave for fieldwork.

    Parameters
    ----------
    wave : Wave
        With its ``sample.parquet``.
    vault : Vault
        Makes links and keys of phone numbers.
    asker : Asker
        Who asks.
    contacts : pl.DataFrame
        ``case_id`` and ``phone`` (as the voter file has it; null for none).

    Raises
    ------
    InputError
        The wave has no sample, or the survey no questionnaire that can be used.
    StoreError
        The journal is damaged, or another process fields the wave.
    """
    questionnaire = read_questionnaire(wave.survey.questionnaire)
    opt_outs = OptOuts(opt_outs_folder(wave), vault)
    cases = read_cases(wave, vault, opt_outs, contacts)
    return Field(wave, questionnaire, cases, asker, opt_outs, mark=lambda text: vault.token(f"device:{text}")[:16])


def read_cases(wave: Wave, vault: Vault, opt_outs: OptOuts, contacts: pl.DataFrame) -> dict[int, Case]:
    """Read a wave's cases, in the order of release.

    Raises
    ------
    InputError
        The wave has no sample.
    """
    path = wave.path("sample.parquet")
    if not path.is_file():
        raise InputError(f"wave {wave.name} has no sample", hint="hustings survey draw")
    sample = pl.read_parquet(path, columns=["case_id", "voter_id", "file_state", "replicate"])
    phones = contacts.select("case_id", read_phones(contacts["phone"]).to_struct("read")).unnest("read")
    table = sample.join(phones, on="case_id", how="left", maintain_order="left").with_columns(
        pl.col("problem").fill_null("no number"),
        pl.col("file_state").fill_null(""),
        texts=pl.col("e164").is_not_null() & pl.col("e164").is_first_distinct(),
    )
    table = table.with_columns(opt_outs.phone_keys(table["e164"]).alias("key"))
    survey = wave.survey.name
    return {
        row[0]: Case(
            case_id=row[0],
            voter_id=row[1],
            state=row[2],
            replicate=row[3],
            token=vault.token(f"{survey}/{wave.name}/{row[0]}"),
            phone=row[4] or "",
            phone_problem=row[5],
            phone_key=row[6],
            texts=row[7],
        )
        for row in table.select(
            "case_id", "voter_id", "file_state", "replicate", "e164", "problem", "key", "texts"
        ).iter_rows()
    }
