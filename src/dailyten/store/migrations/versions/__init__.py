"""One file for each version, written out in full."""
