"""Electorates that are not real, with the truth behind them (docs/maths/synthetic.md).

==================  ==============================================================
file                holds
==================  ==============================================================
``spec``            what is asked for, and the random streams
``settings``        the model's numbers, from ``data/model.toml``
``marginals``       counties and their counts of race x party x age
``plan``            precincts: who lives in each, and its random effects
``people``          a block of people, all of it numbers
``households``      who lives together, and at which address
``names``           names to draw from, by sex, cohort and origin
``latent``          education, support, turnout
``levels``          what makes the model meet the last result and past turnout
``records``         slips, gaps, placeholders, people twice
``slips``           how a name is misspelt
``elections``       election days
``history``         who voted when and how
``weeks``           what a week changes
``text``            from numbers to text
``truth``           what a model should find again
``early_votes``     ballots that are asked for and come back
``contacts``        conversations, as a field tool exports them
``consumer``        a vendor's attributes, some of them wrong
``pairs``           two files of the same people, for record linkage
``worlds``          what breaks in a season, and how much
``season_ballots``  its ballots, the same from file to file
``published``       its published polls
``season``          a campaign's inbox through a season, day by day
``writing``         files whose bytes depend on nothing but their content
``run``             all of it, block by block
==================  ==============================================================

``formats`` holds the layouts, ``data`` the names and the model's numbers. Nobody in it is real.
"""

from hustings.electorate.synthetic.pairs import linkage_pairs
from hustings.electorate.synthetic.run import Written, write_voters
from hustings.electorate.synthetic.spec import ElectorateSpec

__all__ = ["ElectorateSpec", "Written", "linkage_pairs", "write_voters"]
