"""The assistants' desk: postings, contracts, tasks, timers, evidence, timesheets and pay runs."""
