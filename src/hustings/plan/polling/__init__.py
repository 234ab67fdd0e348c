"""What the next poll is worth: for the decision that it informs, before it is bought.

==============  =============================================================================
file            holds
==============  =============================================================================
``costs``       what polls cost, by mode
``candidates``  every poll that could be taken, as rows the tracker understands
``pivots``      what each would read in the worlds in which each unit decides
``spend``       the money plan that they inform
``gain``        what a reading adds to the decision
``value``       every poll with its value
``portfolio``   which polls to buy, one after another
==============  =============================================================================
"""
