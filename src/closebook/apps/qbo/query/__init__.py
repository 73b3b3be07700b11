"""The query language: parsed by a grammar, compiled to a SQL prefilter and a filter on bodies, then run."""
