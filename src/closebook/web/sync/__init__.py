"""Pages of connections, plans, runs, errors and profiles."""
