"""Bytes to entries: what came, in which encoding and format, when, by whom, cleaned at the door. Edge: process."""
