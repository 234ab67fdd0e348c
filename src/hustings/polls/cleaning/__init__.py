"""The steps of cleaning, in the order `hustings.polls.clean` takes them.

===========  ==============================================================================
``values``   text to numbers, dates and flags
``names``    places, populations, modes and pollsters to the contest's and our own words
``rows``     is this row about this contest, and could it have been known on the day?
``shares``   are these numbers the shares of a poll?
``choose``   one question per poll, one wave of a tracking poll at a time
``fill``     sample sizes that the source does not give
===========  ==============================================================================

Every step takes the table of questions and fills its ``reason`` column for the rows it sets aside;
a row keeps the first reason it got.
"""
