"""What must hold of any allocation, and of who is drawn."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hustings.errors import ConfigError
from hustings.survey.sample.allocate import Allocation, allocate

strata = st.lists(
    st.tuples(
        st.sampled_from("ABC"),
        st.integers(1, 5000),
        st.floats(0.0, 0.5),
        st.floats(0.005, 1.0),
    ),
    min_size=1,
    max_size=12,
)


def drawn(rows, n, **plan):
    states = [row[0] for row in rows]
    sizes = np.array([row[1] for row in rows])
    return allocate(
        Allocation(n, **plan),
        states=states,
        sizes=sizes,
        measures=sizes.astype(float),
        deviations=np.array([row[2] for row in rows]),
        response_rates=np.array([row[3] for row in rows]),
    )


@settings(max_examples=100, deadline=None)
@given(
    rows=strata,
    share=st.floats(0.001, 1.0),
    method=st.sampled_from(["proportional", "neyman"]),
    floor=st.integers(0, 20),
)
def test_sum_caps_and_floors(rows, share, method, floor):
    sizes = np.array([row[1] for row in rows])
    n = max(1, int(share * sizes.sum()))
    try:
        found = drawn(rows, n, method=method, per_state=floor)
    except ConfigError:
        return
    assert found.sum() == n
    assert (found >= 0).all()
    assert (found <= sizes).all()
    if floor:
        rates = np.array([row[3] for row in rows])
        for state in {row[0] for row in rows}:
            here = np.array([row[0] == state for row in rows])
            # However it is spread, a floor needs at least the voters that the best answering stratum would.
            assert found[here].sum() >= np.floor(floor * 1.5 / rates[here].max())


@settings(max_examples=60, deadline=None)
@given(rows=strata, share=st.floats(0.01, 0.9))
def test_more_voters_take_nothing_from_any_stratum(rows, share):
    sizes = np.array([row[1] for row in rows])
    n = max(1, int(share * sizes.sum()))
    assume(n < sizes.sum())
    less, more = drawn(rows, n), drawn(rows, min(n + 50, sizes.sum()))
    assert (more >= less - 1).all()


@settings(max_examples=60, deadline=None)
@given(rows=strata, share=st.floats(0.01, 0.9))
def test_the_order_of_strata_does_not_matter(rows, share):
    n = max(1, int(share * sum(row[1] for row in rows)))
    there, back = drawn(rows, n), drawn(rows[::-1], n)[::-1]
    assert (abs(there - back) <= 1).all()
