"""The rules of the product: pure functions of values, standard library only."""
