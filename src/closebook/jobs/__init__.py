"""Durable background work behind one module: nothing else in the product knows the engine's name.

A *job kind* is a name with a function that moves one job of that kind a little further and says how it
stands; the engine calls it again and again, remembers each step, and goes on after a crash. A step may run
twice, so whoever defines a kind keeps its own record of what was done.
"""

from closebook.jobs.kinds import JobKind, Standing, define_kind
from closebook.jobs.schedules import define_schedule
from closebook.jobs.worker import Worker, enqueue, job_outcome, take_over

__all__ = [
    "JobKind",
    "Standing",
    "Worker",
    "define_kind",
    "define_schedule",
    "enqueue",
    "job_outcome",
    "take_over",
]
