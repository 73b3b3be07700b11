"""Measurements: each prints ratios against a bare loop or a peer in the same run and fails past its limit."""
