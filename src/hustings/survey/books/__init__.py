"""Toplines and crosstabs that a pollster would sign: as a table, and as the Excel book of the same numbers.

==============  ==============================================================
file            holds
==============  ==============================================================
``banner``      columns of a book: groups of respondents, which may overlap
``stub``        rows of a book: answers, nets, means, no answer
``letters``     which columns are significantly above which
``tabulate``    :func:`tabulate`: every question in every column, with errors
``excel``       the book
==============  ==============================================================
"""

from hustings.survey.books.banner import Banner, make_banners, standard_banners
from hustings.survey.books.excel import write_book
from hustings.survey.books.letters import CORRECTIONS, letter, significance_letters
from hustings.survey.books.tabulate import Tabulation, tabulate

__all__ = [
    "CORRECTIONS",
    "Banner",
    "Tabulation",
    "letter",
    "make_banners",
    "significance_letters",
    "standard_banners",
    "tabulate",
    "write_book",
]
