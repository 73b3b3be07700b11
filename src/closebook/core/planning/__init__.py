"""Plan, apply, undo: what the books should hold, what must change, and the run as a machine without I/O."""
