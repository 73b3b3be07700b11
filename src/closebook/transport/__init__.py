"""The only input and output primitives: clock, HTTP, pacing, files."""
