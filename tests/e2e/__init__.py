"""The whole product as a person uses it: served, with its worker, in a real browser."""
