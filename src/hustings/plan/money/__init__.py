"""Where the money goes: for the chance to win, and beside it where the cheapest votes are.

============  =============================================================================
file          holds
============  =============================================================================
``limits``    what the budget, floors and caps allow; what cannot be
``solve``     a budget over the levers: slope, pour, slope again
``starts``    several starts where returns do not only diminish; what was checked of the best
``coarse``      few draws and few scales, to look ahead by
``lumps``     levers that cost something to begin with, or come in whole pieces
``planning``  from race, levers and budget to a :class:`MoneyPlan`
``spread``    how far the gain may be off: effects and draws
``rivals``    a rival who spends too: observed, best answer, equilibrium
``contest``   money against money by its proportion, in closed form
``regret``    the plan that does least badly whatever does not hold
``tables``    plans as tables
============  =============================================================================
"""

from hustings.plan.money.planning import MoneyPlan, money_plan

__all__ = ["MoneyPlan", "money_plan"]
