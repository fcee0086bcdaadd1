"""The gateway's settings, which the command line checks too; see `resonance_dao.gateway_settings`."""

from __future__ import annotations

from resonance_dao.gateway_settings import LOOPBACK, VARIABLES, GatewaySettings

__all__ = ["LOOPBACK", "VARIABLES", "GatewaySettings"]
