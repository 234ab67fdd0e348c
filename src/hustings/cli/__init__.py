"""Parse, call, print: the only room with a clock, an environment and a terminal.

=============  =====================================================
file           command
=============  =====================================================
``app``        the root: one line of help a command, each loaded when it is called
``inputs``     what the commands share: days, contests, polls
``project``    from polls to a verdict
``track``      the path day by day
``explain``    why a number moved
``backtest``   earlier contests, scored
``brief``      one page from a projection's folder
``contests``   the built-in contests
``run``        the night, from files to the morning brief
``fit``        models of turnout, support and persuasion
``score``      every voter scored
``scores``     what a voter's scores are made of
``lists``      lists to contact, with locked hold-outs
``listed``     what `hustings lists show` says
``nights``     what the commands of the night share
``demo``       a small campaign and its night
``synth``      electorates that are not real
``campaign``   what the electorate's commands share: folder, key, tables
``new``        a campaign's folder
``load``       files into its store
``link``       people who share no id
``voters``     count, list, show, compare
``sql``        ask in SQL
``snapshots``  what is stored
``verify``     is it as it was written
``layouts``    the built-in layouts
=============  =====================================================
"""

from hustings.cli.app import main

__all__ = ["main"]
