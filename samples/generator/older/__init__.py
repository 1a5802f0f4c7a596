"""Reports of the years before 2019: one table of indicators, national (T14) or local (T08)."""
