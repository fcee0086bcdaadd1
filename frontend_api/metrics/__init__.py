"""Figures for the operator's monitoring, in the text form of Prometheus."""
