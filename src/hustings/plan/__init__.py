"""Where the next dollar, visit, call and interview go.

============  =============================================================================
file          holds
============  =============================================================================
``race``      a projection as one option sees it: leads in every unit, jointly
``deciding``  how the chance to win changes with each unit's lead, by exact conditioning
``goals``     what can be wanted: win, seats, popular vote, votes
``worth``     what each unit is worth
``levers``    what money can move, with diminishing returns
============  =============================================================================
"""
