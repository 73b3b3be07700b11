"""Rules of paid time: reckoning, rates, estimates, timesheets and pay; pure functions of values."""
