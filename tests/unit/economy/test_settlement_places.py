"""What a settlement refuses is named as it was given."""

from __future__ import annotations

import pytest

from resonance_dao.economy.impact_share import settlement
from resonance_dao.errors import InputInvalid


def test_a_guarantee_above_the_award_is_refused_by_its_name() -> None:
    with pytest.raises(InputInvalid) as refused:
        settlement(100, 10_000, 10_000, 101, (3000, 5000, 2000), success_bps=0, long_term_bps=0)
    assert refused.value.field == "guaranteed"
