"""Charts: pure functions from numbers to SVG text, one chart a file.

=============  ==========================================================
file           draws
=============  ==========================================================
``tiles``      a map as a grid of tiles, one a unit
``chances``    units as bars of chances, where there is no map
``histogram``  how many seats, how often
``ranges``     shares with their intervals
``paths``      shares over time, with bands and poll dots
``evidence``   evidence against an assumption, night after night
``bars``       named quantities, to one side or to both
``palette``    colours and marks of options, by place
``svg``        elements, scales, ticks
=============  ==========================================================
"""
