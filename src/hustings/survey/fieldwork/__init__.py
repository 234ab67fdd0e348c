"""Asking: the journal of events, how voters are reached, and what became of each.

================  ==============================================================
file              holds
================  ==============================================================
``journal``       every event once, on disk before anybody is answered
``interview``     the state of an interview: a pure fold over its events
``field``         a wave in the field: cases, links, numbers, states
``phones``        phone numbers in any form
``hours``         when a voter may be contacted
``optouts``       who must not be asked, for ever
``words``         what is said around the questions; stop, help, no
``sms``           a step of an interview by text
``ivr``           a step of an interview by keypad
``channels``      the provider behind a small interface; signatures
``dispatch``      who is contacted next, and how; at most once
``dispositions``  AAPOR codes
``rates``         response, cooperation, refusal and contact rates
``collect``       from the journal to the tables
================  ==============================================================
"""

from hustings.survey.fieldwork.channels import Account, Channel, NoChannel, TwilioChannel
from hustings.survey.fieldwork.collect import case_dispositions, collect
from hustings.survey.fieldwork.dispatch import Dispatcher, DispatchSettings, keep_dispatching, plan
from hustings.survey.fieldwork.field import Asker, Field, open_field
from hustings.survey.fieldwork.optouts import OptOuts
from hustings.survey.fieldwork.rates import rates, rates_of

__all__ = [
    "Account",
    "Asker",
    "Channel",
    "DispatchSettings",
    "Dispatcher",
    "Field",
    "NoChannel",
    "OptOuts",
    "TwilioChannel",
    "case_dispositions",
    "collect",
    "keep_dispatching",
    "open_field",
    "plan",
    "rates",
    "rates_of",
]
