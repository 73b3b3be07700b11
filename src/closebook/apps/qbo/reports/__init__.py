"""Reports over the protocol: parameters, date macros, and the JSON of each."""
