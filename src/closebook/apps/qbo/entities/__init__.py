"""One class for each kind of object of the protocol."""
