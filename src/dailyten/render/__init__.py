"""Mail, site and feeds of frozen editions: pure, no clock, the same edition gives the same bytes; edge: disk."""
