"""
What the recorder is told, from the settings of the process.
"""

from __future__ import annotations

from resonance_dao.settings import Settings
from resonance_dao.workflows.recorder_values import GWEI, RecorderSettings


def recorder_settings(given: Settings, first_block: int) -> RecorderSettings:
    """Return it; `first_block` is where the deployment begins. Limits in wei become gwei, rounded down."""
    key, route = given.outlay_key_wei, given.outlay_route_wei
    return RecorderSettings(
        confirmations=given.confirmations,
        batch_max=given.batch_max,
        batch_age_s=given.batch_age_s,
        first_block=first_block,
        fee_cap_wei=given.fee_cap_gwei * GWEI,
        bump_after_s=given.bump_after_s,
        in_flight_max=given.in_flight_max,
        outlay_key_gwei=None if key is None else key // GWEI,
        outlay_route_gwei=None if route is None else route // GWEI,
        balance_min_wei=given.balance_min_wei,
        copies_min=given.copies_min,
        check_pins_s=given.pin_check_s,
    )
