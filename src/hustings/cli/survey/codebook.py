"""`hustings survey codebook`: a first codebook for a file, from its own labels."""

from __future__ import annotations

from hustings.cli.survey.load import SurveyFile


def command(file: SurveyFile) -> None:
    r"""Print a first codebook for a file of interviews, made from its own labels: keep it, edit it, load with it.

    \b
    Example:
      hustings survey codebook inbox/wave7.sav > panel.toml
    """
    from hustings.survey.files import guess_codebook, read_raw

    print(guess_codebook(read_raw(file)), end="")
