"""The kit: the parts that every page is made of."""
