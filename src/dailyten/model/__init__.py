"""The nouns. Frozen values, no behaviour that touches the world, no import from any stage."""
