from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Repaired:
    cells: tuple
    shape: tuple
    flags: tuple = ()


def repaired(cells, shape):
    return Repaired(tuple(cells), shape)
