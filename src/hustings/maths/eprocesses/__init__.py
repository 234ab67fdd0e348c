"""Evidence against a claim that stays valid however often it is looked at.

================  ==================================================================
file              holds
================  ==================================================================
``detector``      bets of every day mixed over bets and start days into one e-process
``shares``        bets on yes-or-no answers against predicted chances, in clusters
``counts``        bets on overdispersed counts whose level is uncertain
``levels``        the level that counts share: its exact posterior on points that follow it
``values``        bets on Gaussian forecasts whose level is uncertain
``sides``         which direction a bet watches, and the prior over the bets of a side
``board``         weighted e-BH: which of many e-values stand together
``sequences``     confidence sequences: the size of a break, valid at every look
``simulated``     made interviews for which the claim is true: leaning weights, clusters
================  ==================================================================
"""
