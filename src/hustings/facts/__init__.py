"""Dated public facts that ship with the package, each with its source.

=======================  ==============================================================
name                     holds
=======================  ==============================================================
``electors``             electors of each unit in one US presidential election
``electors_all``         the same for every election 1964-2028
``state_results``        US presidential votes by state, 1976-2024
``district_results``     the same by district of Maine and Nebraska, 2000-2024
``states``               names, regions and map tiles of the units that choose electors
``state_covariates``     who lives where, by state
``nc_registration``      North Carolina's registered voters by county, race, party and age
``turnout_states``       votes for the highest office and eligible voters by state, 1980-2018
``fundamentals``         economy, approval and vote, 1948-2016
``tracker_scales``       priors of the poll tracker's scales, learned from earlier contests
``tracker_constants``    single numbers that the tracker assumes, learned likewise
``time_zones``           time zones of the states
``calling_hours``        hours within which voters may be called or texted
``campaign_effects``     what effort does, as published: votes by contact, advertising, with errors
``contact_costs``        what it costs, by channel
``interview_costs``      what interviews cost, by mode
``campaign_effort``      what both sides did in 2012 and 2016: events, field offices
``unit_places``          where the states' people live: one point each
``visit_effects``        what a candidate's stop makes
``sources``              where each table comes from, as of when, with what caveats
=======================  ==============================================================

This room imports nothing of the rest of the package, and nothing else knows where a fact is kept.
"""

from hustings.facts.assumptions import tracker_constants, tracker_scales
from hustings.facts.calling import calling_hours, time_zones
from hustings.facts.effects import campaign_effects, contact_costs
from hustings.facts.effort import campaign_effort, unit_places, visit_effects
from hustings.facts.interviews import interview_costs
from hustings.facts.president import district_results, electors, electors_all, fundamentals, state_results
from hustings.facts.registration import nc_registration, turnout_states
from hustings.facts.sources import Source, sources
from hustings.facts.states import state_covariates, states

__all__ = [
    "Source",
    "calling_hours",
    "campaign_effects",
    "campaign_effort",
    "contact_costs",
    "district_results",
    "electors",
    "electors_all",
    "fundamentals",
    "interview_costs",
    "nc_registration",
    "sources",
    "state_covariates",
    "state_results",
    "states",
    "time_zones",
    "tracker_constants",
    "tracker_scales",
    "turnout_states",
    "unit_places",
    "visit_effects",
]
