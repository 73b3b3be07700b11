"""Bank accounts, their files and lines, and what in the books answers each line."""
