"""A digest's folder from a few answers: settings, feed list, templates, and what runs it. Edges: disk, installed."""
