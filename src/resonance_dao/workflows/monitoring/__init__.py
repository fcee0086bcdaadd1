"""Watching a publisher's log: what the chain holds against what gateways say and receipts promise."""
