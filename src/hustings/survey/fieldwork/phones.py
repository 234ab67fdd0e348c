"""Phone numbers as people write them, to the one form that the provider takes (E.164)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Phone:
    """A phone number as it was found.

    Parameters
    ----------
    e164 : str
        ``+12025550123``; empty when it is none.
    problem : str
        Why it is none, in words; empty when it is one.
    """

    e164: str
    problem: str = ""


def read_phone(text: str | None, *, region: str = "US") -> Phone:
    """Read a phone number in any usual form.

    Parameters
    ----------
    text : str, optional
        ``(202) 555-0123``, ``202.555.0123``, ``1-202-555-0123 ext. 4``, ``+1 202 555 0123``, ``2025550123``, ...
    region : str
        Country of numbers without a country code.
    """
    import phonenumbers

    if not text or not text.strip():
        return Phone("", "no number")
    try:
        number = phonenumbers.parse(text.strip(), region)
    except phonenumbers.NumberParseException as err:
        return Phone("", f"is no phone number: {str(err).split(') ')[-1]}")
    problem = _problem(number)
    return (
        Phone("", problem)
        if problem
        else Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    )


def _problem(number: Any) -> str:  # noqa: ANN401 (imported late)
    """Say why a number cannot be used; empty when it can."""
    import phonenumbers

    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        words = {
            phonenumbers.ValidationResult.TOO_SHORT: "has too few digits",
            phonenumbers.ValidationResult.TOO_LONG: "has too many digits",
            phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "has no area code",
            phonenumbers.ValidationResult.INVALID_COUNTRY_CODE: "has a country code that does not exist",
        }
        return words.get(reason, "has the wrong length")
    digits = str(number.national_number)
    # The plan's own rule (NXX-NXX-XXXX): numbers set aside for films, 555-01xx, keep it and can be rehearsed with.
    impossible = number.country_code == 1 and (
        digits[0] in "01" or digits[3] in "01" or "11" in {digits[1:3], digits[4:6]}
    )
    if impossible:
        return "has an area code or exchange that cannot be"
    if number.country_code != 1 and not phonenumbers.is_valid_number(number):
        return "is not in use in its country"
    # A text never arrives there, and a call meets a switchboard.
    return "has an extension: it is a switchboard's" if number.extension else ""


def read_phones(texts: pl.Series) -> pl.DataFrame:
    """Read a column of phone numbers: ``e164`` (null where there is none) and ``problem`` (empty where there is none).

    Ten digits of the American plan, which nearly all are, are read at once; the rest one at a time.
    """
    bare = texts.cast(pl.String).str.replace_all(r"[\s().\-]", "").str.replace(r"^\+?1", "")
    plain = (bare.str.contains(r"^[2-9]\d{2}[2-9]\d{6}$") & ~bare.str.contains(r"^\d11|^\d{4}11")).fill_null(
        value=False
    )
    slow = [read_phone(text) for text in texts.filter(~plain)]
    made = pl.DataFrame({"e164": "+1" + bare, "problem": pl.repeat("", len(texts), eager=True)}).with_row_index()
    rest = pl.DataFrame(
        {"e164": [one.e164 or None for one in slow], "problem": [one.problem for one in slow]},
        schema={"e164": pl.String, "problem": pl.String},
    ).with_columns(index=plain.not_().arg_true())
    return pl.concat([made.filter(plain), rest.select(made.columns)]).sort("index").drop("index")
