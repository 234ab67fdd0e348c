from __future__ import annotations

import pytest

from hustings.electorate.linkage import LinkageSpec
from hustings.errors import ConfigError


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"threshold_prob": 1.0}, "threshold_prob 1.0"),
        ({"uncertain_prob": 0.95}, "uncertain_prob 0.95"),
        ({"uncertain_prob": 0.0}, "uncertain_prob 0.0"),
        ({"chunk_rows": 0}, "chunk_rows is 0"),
        ({"prior_pairs": 0.0}, "prior_pairs is 0.0"),
        ({"blocks": ("shoe size",)}, "shoe size"),
        ({"blocks": ()}, "no blocks"),
    ],
)
def test_what_cannot_be_is_refused(given, said):
    with pytest.raises(ConfigError, match=said):
        LinkageSpec(**given)
