"""The `resonance` command: the only place that prints or exits."""
