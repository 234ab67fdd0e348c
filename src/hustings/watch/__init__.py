"""What the numbers rest on, and how one would know the morning that it breaks: assumptions as objects, watched.

================  ===============================================================
file              holds
================  ===============================================================
``morning``       :class:`Morning`: what was known on one morning
``assumption``    :class:`Assumption`, and the :class:`Claim` that it becomes when it is registered
``registry``      claims: one file a version, never changed
``observations``  what nights have compared with claims: added to, never changed
``streams``       what is predicted and what came, one file a source
``monitors``      from there to the evidence against one claim
``board``         all evidence together: one error rate for the whole campaign
``causes``        which alarm comes of another
``rules``         limits that are no tests
``nightly``       :func:`watch`: one night
``catalogue``     what is watched out of the box, and the campaign's own
``campaign``      the watch of a campaign's folder
``boarding``      the board as a table; ``words``: its sentences
``acknowledge``   who has seen an alarm, when and why
``whatif``        the day's draws, moved and decided again
``reach``         how much of each unit a segment is
``sowhat``        what a break would change
``sensitivity``   how wrong an assumption must be to change who wins
``replay``        a season again, day by day
================  ===============================================================
"""
