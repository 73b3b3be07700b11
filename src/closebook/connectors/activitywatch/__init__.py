"""ActivityWatch: its buckets and events, from files and from watchers, as evidence without contents."""
