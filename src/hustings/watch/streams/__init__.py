"""What is predicted of each source, and what came of it, one file a source.

==================  ===============================================================
file                assumptions
==================  ===============================================================
``polls``           published polls as expected, herding, pollsters steady
``units``           rules: deciding units polled, safe units safe, few undecided
``interviews``      support as modelled, the base comes home, new registrants' vote
``response``        who answers
``answers``         engagement, what our candidate stands for
``registrations``   new registrants: how many, of which party
``early_votes``     whose early ballots are
``early_scores``    the same by the scores that their voters had before
``early_level``     how many early ballots come in
``contacts``        what canvassers hear; rule: whether they were there
``coverage``        rules: who is not heard; voters against polls
``files``           rules: files are whole, sources fresh
``own``             the campaign's own, of its settings
``steady``          shares of answers that are to stay where they are
``interviewed``     interviews as known on a morning, and those not compared yet
``counting``        counts since the last time
``rows``            observations out of what is compared
==================  ===============================================================
"""
