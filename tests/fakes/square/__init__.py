"""A simulated Square account, and a local server that speaks Square's API for it."""
