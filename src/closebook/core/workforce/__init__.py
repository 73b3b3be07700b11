"""Rules of paid time: reckoning, rates, estimates, timesheets and pay; pure functions of values.

Moments are integer milliseconds since 1970 in UTC, runs of time are half open (start counts, end does not),
days are dates of a stated zone, and money is integer minor units.
"""
