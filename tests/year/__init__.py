"""A simulated year of a company that sells on Etsy and at two tills, with what goes wrong on the way.

``etsy_shop`` and ``tests.fakes.square`` make the business by seed, ``bank`` what the bank tells of it,
``driver`` lives through it week by week with the product's own services, ``proofs`` compares the books with
what the generators know.
"""
