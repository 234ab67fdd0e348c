"""Claims as they were registered: one file a version, written once and never changed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from hustings.errors import ConfigError, StoreError
from hustings.store import write_json
from hustings.watch.assumption import Assumption, Claim, Foreseen, Idle
from hustings.watch.morning import Morning

FOLDER = "watch/claims"


def claims_of(campaign: Path, as_of: dt.date) -> list[Claim]:
    """Claims registered on a day or before, by assumption and version.

    Raises
    ------
    StoreError
        A claim's file cannot be read.
    """
    files = sorted((campaign / FOLDER).glob("*/*.json"))
    found = [read_claim(file) for file in files]
    known = [claim for claim in found if claim.from_day <= as_of]
    return sorted(known, key=lambda claim: (claim.assumption, claim.version))


@dataclass(frozen=True)
class Registered:
    """What was registered until a day.

    Parameters
    ----------
    claims : list of Claim
        By assumption and version.
    unusable : mapping
        Assumption -> why its claims cannot be used: one of them cannot be read, or the first is of a later day.
    """

    claims: list[Claim]
    unusable: dict[str, Idle]


def registered(campaign: Path, as_of: dt.date) -> Registered:
    """Claims as :func:`claims_of`; what is wrong with one assumption's stops no other."""
    found: dict[str, list[Claim]] = {}
    unusable: dict[str, Idle] = {}
    for file in sorted((campaign / FOLDER).glob("*/*.json")):
        try:
            claim = read_claim(file)
        except StoreError as err:
            unusable[file.parent.name] = Idle(err.message, err.hint)
            continue
        found.setdefault(file.parent.name, []).append(claim)
    for name, claims in found.items():
        first = min(claim.from_day for claim in claims)
        if first > as_of:
            unusable.setdefault(name, Idle(f"it is watched from {first} on"))
    usable = [one for name, claims in found.items() if name not in unusable for one in claims]
    known = [claim for claim in usable if claim.from_day <= as_of]
    return Registered(sorted(known, key=lambda claim: (claim.assumption, claim.version)), unusable)


def current(claims: Sequence[Claim]) -> dict[str, Claim]:
    """The last version of each assumption's claim."""
    return {claim.assumption: claim for claim in sorted(claims, key=lambda claim: claim.version)}


def read_claim(file: Path) -> Claim:
    """Read one claim.

    Raises
    ------
    StoreError
        It cannot be read, or cannot be weighed.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        found["from_day"] = dt.date.fromisoformat(found["from_day"])
        found["until"] = dt.date.fromisoformat(found["until"])
        foreseen = found["foreseen"]
        foreseen["segments"] = tuple(foreseen["segments"])
        foreseen["scales"] = {name: tuple(values) for name, values in foreseen["scales"].items()}
        claim = Claim(**{**found, "foreseen": Foreseen(**foreseen)})
        problem = _problem(claim, file)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as err:
        raise _unreadable(file, str(err)) from err
    if problem:
        raise _unreadable(file, problem)
    return claim


def _unreadable(file: Path, why: str) -> StoreError:
    return StoreError(
        f"{file} cannot be read: {why}",
        hint="bring it back from a backup; or remove it, and the watch of this assumption begins anew",
    )


def _problem(claim: Claim, file: Path) -> str:
    """Why a claim cannot be weighed; empty where it can."""
    segments, numbers = claim.foreseen.segments, claim.foreseen.scales.values()
    if claim.assumption != file.parent.name or f"{claim.version:03d}" != file.stem:
        return f"it is version {claim.version} of {claim.assumption}"
    if not segments or any(len(values) != len(segments) for values in numbers):
        return f"{len(segments)} segments, and other numbers of their scales"
    return "" if 0 <= claim.share <= 1 else f"its part of the error budget is {claim.share}"


def write_claim(campaign: Path, claim: Claim) -> None:
    """Keep a claim.

    Raises
    ------
    StoreError
        The version is there already: a claim is never changed.
    """
    file = campaign / FOLDER / claim.assumption / f"{claim.version:03d}.json"
    if file.exists():
        raise StoreError(f"{file} is there already", hint="a claim is never changed; renewing makes the next version")
    file.parent.mkdir(parents=True, exist_ok=True)
    write_json(asdict(claim), file)


def register(assumption: Assumption, morning: Morning, *, version: int = 1, why: str = "") -> Claim | Idle:
    """Fix what an assumption predicts, as of the morning; :class:`Idle` where it cannot predict anything yet."""
    foreseen = assumption.register(morning)
    if isinstance(foreseen, Idle):
        return foreseen
    return Claim(
        assumption=assumption.name,
        version=version,
        kind=assumption.kind,
        side=assumption.side,
        share=assumption.share,
        from_day=morning.as_of,
        until=morning.contest.date,
        foreseen=foreseen,
        why=why,
    )


def renew(assumption: Assumption, morning: Morning, claims: Sequence[Claim], why: str) -> Claim:
    """The next version of a claim, from what is known now; the evidence against the earlier ones is kept.

    Raises
    ------
    ConfigError
        There is nothing to renew, it was renewed today, or nothing can be predicted.
    """
    last = current(claims).get(assumption.name)
    if last is None:
        raise ConfigError(f"{assumption.name} is not registered yet", hint="the next night registers it")
    if last.from_day >= morning.as_of:
        raise ConfigError(
            f"{assumption.name} was registered on {last.from_day}", hint="a claim can be renewed from the day after"
        )
    made = register(assumption, morning, version=last.version + 1, why=why)
    if isinstance(made, Idle):
        raise ConfigError(f"{assumption.name} cannot be renewed: {made.why}", hint=made.hint)
    if last.kind == "rule" != made.kind:
        raise ConfigError(
            f"{assumption.name} was a rule and has no part of the error budget", hint="give the test another name"
        )
    # The budget was fixed when it was first registered.
    return replace(made, share=last.share)
