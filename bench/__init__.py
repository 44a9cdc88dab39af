"""Measurements: ratios from one run, never assertions. ``make bench`` or ``python -m bench --help``."""
