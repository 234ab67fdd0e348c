"""hustings: an election campaign's numbers, with their errors.

=============  ==============================================================
room           holds
=============  ==============================================================
``facts``      dated public facts shipped with the package, each with its source
``maths``      numpy/scipy only: Gaussian algebra, quadrature, proper scores
``tables``     the declared contract of every file and table
``store``      run folders: written beside, then renamed
``contests``   what is being won, one file per rule
``polls``      published polls: readers, cleaning, the tracker
``projection`` joint draws of the outcome, verdict, why it moved, back-tests
``brief``      figures and sentences from finished tables
``cli``        parse, call, print
=============  ==============================================================
"""
