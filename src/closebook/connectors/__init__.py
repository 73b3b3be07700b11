"""The ends: one module or package per outside product; none knows another."""
