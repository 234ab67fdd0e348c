"""Where the candidates go: whole stops, few days, roads between; and how far from the best a plan can be.

============  =============================================================================
file          holds
============  =============================================================================
``effects``   what a stop makes, by candidate; an editable table
``places``    where units lie, and the hours between them
``asked``     what a plan has to hold to: days, stops a day, musts
``solve``     how many stops where, in integers, with a proved bound
``route``     in which order, on which day
``planned``   the plan, and the cheapest-votes plan beside it
============  =============================================================================
"""

from hustings.plan.visits.asked import Asked, read_musts
from hustings.plan.visits.effects import VisitEffects, read_visit_effects, visit_margin
from hustings.plan.visits.places import Places, places_of
from hustings.plan.visits.planned import VisitPlan, visit_plan

__all__ = [
    "Asked",
    "Places",
    "VisitEffects",
    "VisitPlan",
    "places_of",
    "read_musts",
    "read_visit_effects",
    "visit_margin",
    "visit_plan",
]
