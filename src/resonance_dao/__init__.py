"""
Resonance DAO: escrowed bounties, pay by impact, and a record that a stranger can audit.

Start with `resonance_dao.toolkit.Toolkit`, which wires everything from settings, or with one layer alone:
`economy` for the arithmetic of pay, `transparency` for records and proofs. Importing this package touches
nothing.
"""

__version__ = "0.1.0"
