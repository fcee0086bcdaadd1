"""The arithmetic of pay: pure, in integers, the twin of the contracts' own arithmetic."""
