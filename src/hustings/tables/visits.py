"""What the plan says of visits: how many where, and the days."""

from __future__ import annotations

from hustings.tables.contract import Column, Table

_UNIT = Column("unit", "text", "", "Id of the unit.")
_CANDIDATE = Column("candidate", "text", "", "Who goes, by the visit effects' name.")

VISITS = Table(
    name="visits",
    file="visits.csv",
    row="one unit and candidate who goes there",
    key=("unit", "candidate"),
    columns=(
        _UNIT,
        _CANDIDATE,
        Column("visits", "int", "stops", "Stops there."),
        Column("cheapest_votes", "int", "stops", "Stops that the plan for most net votes would make there."),
        Column("margin", "float", "-1-1", "Margin that all candidates' stops make in the unit, best guess."),
        Column("goal_gain", "float", "goal", "What they add to the goal, as far as it can be told apart by unit."),
    ),
)

ITINERARY = Table(
    name="itinerary",
    file="itinerary.csv",
    row="one candidate's stops in one unit on one day",
    key=("candidate", "date", "unit"),
    columns=(
        _CANDIDATE,
        Column("date", "date", "", "Day."),
        _UNIT,
        Column("stops", "int", "stops", "Events there on that day."),
        Column("travel_hours", "float", "hours", "Travel to the unit on that day."),
        Column(
            "travel_km", "float", "km", "Distance from the unit before; 0 where no places are known.", nullable=True
        ),
    ),
)

MUSTS = Table(
    name="musts",
    file="musts.csv",
    row="one unit that has to be visited",
    key=("unit",),
    columns=(_UNIT, Column("visits", "int", "stops", "Fewest stops there, of all candidates together.")),
)

PLACES = Table(
    name="places",
    file="places.csv",
    row="one unit",
    key=("unit",),
    columns=(
        _UNIT,
        Column("latitude", "float", "-90-90", "In degrees."),
        Column("longitude", "float", "-180-180", "In degrees."),
    ),
)

VISIT_EFFECTS = Table(
    name="visit-effects",
    file="visit_effects.csv",
    row="one candidate who travels, in the ticket's order",
    key=("candidate",),
    columns=(
        _CANDIDATE,
        Column(
            "first_margin", "float", "-1-1", "Net votes, as a share of the unit's, that the first stop makes there."
        ),
        Column("margin_se", "float", "0-1", "Its standard error."),
        Column("repeat_factor", "float", "0-1", "What the next stop in a unit makes beside the one before."),
        Column("source", "text", "", "Who says so; 'chosen' where nobody does."),
    ),
)

VISIT_TABLES = (VISITS, ITINERARY, MUSTS, PLACES, VISIT_EFFECTS)
