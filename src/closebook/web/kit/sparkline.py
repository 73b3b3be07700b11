"""Small lines of figures: the points of a polyline, in whole units of the picture's own box."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, EDGE = 960, 240, 20


def points(values: Sequence[int], width: int = WIDTH, height: int = HEIGHT, edge: int = EDGE) -> str:
    """Return the points of a line through values at even distances, the largest on top; "" below two.

    Values that are all equal lie in the middle.

    >>> points([0, 10, 5], 100, 100, 0)
    '0,100 50,0 100,50'
    """
    if len(values) < 2:
        return ""
    lowest, highest = min(values), max(values)
    room, steps = height - 2 * edge, len(values) - 1
    heights = [
        (highest - value) * room // (highest - lowest) if highest > lowest else room // 2 for value in values
    ]
    return " ".join(
        f"{edge + index * (width - 2 * edge) // steps},{edge + y}" for index, y in enumerate(heights)
    )
