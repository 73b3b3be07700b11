"""The pages of selling: the day, conversations, opportunities on a board and in a list, and files."""
