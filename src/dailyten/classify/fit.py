"""Fitting lines to labels: ridge regression of all outputs at once, and the curve that turns a value into a chance.

What is wanted is 1 or -1, and the squared distance from it counts. It ranks usefulness better than a support vector
machine does (decision 0032), and is one set of linear equations: solved by conjugate gradients (Hestenes & Stiefel
1952) in the shares that each text has in the answer, from products of sparse matrices, nothing drawn at random.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

TOLERANCE = 1e-2
"""Of what is left of the equations, against where they began."""
MOST_STEPS = 200
LOOSEST = 100.0
"""How little a steep curve is held back: the cost of the slope's square is 1 / LOOSEST."""
CURVE_STEPS = 50
CLOSE_ENOUGH = 1e-9


def shares(alike: Callable[[Numbers], Numbers], wanted: Flags, costs: Numbers) -> Numbers:
    """Give the share of each text in each output: w = sum of share x text.

    Minimises half the square of w, and for each text its cost times the square of its distance from 1 or -1. A text
    that costs nothing has no share. `alike` multiplies by the products of all pairs of texts.
    """
    scale = np.sqrt(2 * costs)
    left = scale * np.where(wanted, 1.0, -1.0)
    found, way = np.zeros_like(left), left.copy()
    squares = (left * left).sum(axis=0)
    enough = TOLERANCE**2 * squares
    for _ in range(MOST_STEPS):
        if (squares <= enough).all():
            break
        bent = way + scale * alike(scale * way)
        step = np.divide(squares, (way * bent).sum(axis=0), out=np.zeros_like(squares), where=squares > enough)
        found += step * way
        left -= step * bent
        before, squares = squares, (left * left).sum(axis=0)
        way = left + np.divide(squares, before, out=np.zeros_like(squares), where=before > enough) * way
    return np.asarray(scale * found)


def curve(values: Numbers, wanted: Flags, weights: Numbers) -> tuple[float, float]:
    """Give slope and offset of the sigmoid that fits best (Platt 1999), by Newton's method with halved steps."""
    inputs = np.column_stack([values, np.ones_like(values)])
    signs = np.where(wanted, 1.0, -1.0)
    held = np.array([1 / LOOSEST, 0.0])

    def loss(line: Numbers) -> float:
        return float((weights * np.logaddexp(0, -signs * (inputs @ line))).sum() + (held * line**2).sum() / 2)

    line = np.zeros(2)
    best = loss(line)
    for _ in range(CURVE_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ line, -40, 40)))
        slope = inputs.T @ (weights * (chance - wanted)) + held * line
        bend = (inputs.T * (weights * chance * (1 - chance))) @ inputs + np.diag(held + 1e-12)
        step = np.linalg.solve(bend, slope)
        size = 1.0
        while (now := loss(line - size * step)) > best and size > CLOSE_ENOUGH:
            size /= 2
        line, gained, best = line - size * step, best - now, now
        if gained <= CLOSE_ENOUGH * best:
            break
    return float(line[0]), float(line[1])
