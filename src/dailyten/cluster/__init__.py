"""Entries to stories: which entries tell one event, which stories carry on or merely repeat an earlier one."""
