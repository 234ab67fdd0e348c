"""Per-voter models: the chance to vote, the chance to support, and what contact would change.

Every model is *additive on binned features*: a sum of table look-ups through a link. It therefore scores 200 million voters
at about the cost of reading them, and each score explains itself as a sum of named contributions.

===============  ==================================================================
file             holds
===============  ==================================================================
``scorecard``    additive models as tables: features, terms, links, the kernel, the way from a boosting machine
``features``     what the models see of a voter, as it was known on a day
``turnout``      who votes: learned from past elections as they looked from the same distance
``support``      whom they support: multilevel regression and poststratification
``persuasion``   what contact changes: from randomised tests only
``cards``        what a model can and cannot do, on data that its fit did not see
``scoring``      every voter scored, as a sidecar; one voter's score explained
``fitted``       a fitted model, its card, its folder
===============  ==================================================================
"""
