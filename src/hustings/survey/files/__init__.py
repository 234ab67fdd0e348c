"""Interviews of other programs: read as they come, understood through a codebook, nothing dropped in silence.

===============  ==============================================================
file             holds
===============  ==============================================================
``raw``          :class:`RawFile`: values as text, wordings and labels as the file has them
``read``         which format a file is of
``sav``          SPSS
``qualtrics``    Qualtrics CSV: three header rows
``decipher``     Decipher CSV
``plain``        any CSV or Parquet with one header
``codebook``     the TOML codebook: which column answers which question
``keys``         its keys, each mistake told in one line
``numbers``      numbers and times as people write them
``labels``       codes in their order, and what labels say of them
``guess``        a first codebook, made from the file's own labels
``records``      the records: ids, days, weights, how each interview ended
``convert``      raw values to interviews; what does not fit is set aside with its reason
``several``      questions with several answers: spread over columns, or in one
``matching``     respondents to voters
``loading``      a file into a wave, once
``codebooks/``   codebooks that are shipped
===============  ==============================================================
"""

from hustings.survey.files.codebook import FileCodebook, list_codebooks, read_file_codebook
from hustings.survey.files.convert import Converted, convert
from hustings.survey.files.guess import guess_codebook
from hustings.survey.files.matching import match_voters, with_file_columns
from hustings.survey.files.raw import RawFile
from hustings.survey.files.read import read_raw

__all__ = [
    "Converted",
    "FileCodebook",
    "RawFile",
    "convert",
    "guess_codebook",
    "list_codebooks",
    "match_voters",
    "read_file_codebook",
    "read_raw",
    "with_file_columns",
]
