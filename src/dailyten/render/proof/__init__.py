"""Proof-reading a site that lies ready: markup, links, accessibility, weight and feeds, from its files alone."""
