"""One morning: what fits into it, what was cut and why, and whose morning it is."""
