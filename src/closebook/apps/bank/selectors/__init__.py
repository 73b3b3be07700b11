"""Reading: lines with their answers and suggestions, statements, contents of payouts."""
