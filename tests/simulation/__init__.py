"""A seeded world in memory that proves the run machine: shop, books, store, processes, people, faults,
invariants.
"""
