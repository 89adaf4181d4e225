"""SHACL, by two engines: the reference, and one that runs each constraint over all its nodes at once."""
