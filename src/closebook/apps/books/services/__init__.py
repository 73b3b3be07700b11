"""What is written into the books."""
