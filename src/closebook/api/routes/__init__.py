"""The API's operations, a file for each kind of thing."""
