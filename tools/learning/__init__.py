"""Steps of ``tools/learn_scales.py``.

=============  ==============================================================
file           what it learns
=============  ==============================================================
``pooling``    one prior from what several contests say
``swings``     from results alone: how leans persist, who moves with whom, how far
``averages``   from averages of polls 1972-2004: walks, errors of the final averages
``hindsight``  from a season's polls once the result is known: everything about polls
=============  ==============================================================
"""
