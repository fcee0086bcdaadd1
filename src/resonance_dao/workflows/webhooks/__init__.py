"""Webhooks: telling other programs what became of requests, signed, and never into a private network."""
