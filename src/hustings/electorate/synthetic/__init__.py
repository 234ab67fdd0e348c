"""Electorates that are not real, with the truth behind them."""

from hustings.electorate.synthetic.run import Written, write_voters
from hustings.electorate.synthetic.spec import ElectorateSpec

__all__ = ["ElectorateSpec", "Written", "write_voters"]
