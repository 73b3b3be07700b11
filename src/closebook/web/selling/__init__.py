"""The pages of selling: opportunities on a board and in a list, and their import and export."""
