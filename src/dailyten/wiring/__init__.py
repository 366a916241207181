"""From settings to concrete parts: the only folder that names an edge, a file for each thing that is made.

Each part is imported where it is made: a poll loads no mailing, an edition no HTTP. A third of a second of every
command was the import of what it did not use (November 2026).
"""

from dailyten.wiring.parts import Parts

__all__ = ["Parts"]
