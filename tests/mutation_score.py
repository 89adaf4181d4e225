"""Print what became of all mutants, room by room: ``python tests/mutation_score.py`` (some minutes)."""

import sys
from collections import Counter

import mutants
import shape_mutants
from bde import shacl


def main() -> None:
    made = mutants.world(mutants.mutants())
    outcome = shacl.validate(made.data, made.terms, mutants.shapes(), engine="fast")
    by_mutant = made.by_mutant(outcome.results)
    caught = Counter(
        mutant.room
        for mutant in mutants.mutants()
        if {mutants.local(result.shape) for result in by_mutant[mutant]} == mutant.expected
    )
    of_data = Counter(mutant.room for mutant in mutants.mutants())
    kinds = {room: {m.kind for m in mutants.mutants() if m.room == room} for room in of_data}
    seen = shape_mutants.noticed(shape_mutants.mutants())
    noticed = Counter(mutant.room for mutant in seen)
    of_shapes = Counter(mutant.room for mutant in shape_mutants.mutants())
    row = "{:13}{:>6}{:>7}{:>8}{:>8}{:>9}{:>9}\n"
    sys.stdout.write(row.format("room", "kinds", "data", "caught", "shapes", "noticed", "survive"))
    for room in sorted(of_data):
        counts = (len(kinds[room]), of_data[room], caught[room], of_shapes[room], noticed[room])
        sys.stdout.write(row.format(room, *counts, of_shapes[room] - noticed[room]))
    totals = (sum(c.values()) for c in (of_data, caught, of_shapes, noticed))
    sys.stdout.write(row.format("all", "", *totals, of_shapes.total() - noticed.total()))
    for mutant in shape_mutants.mutants():
        if mutant not in seen:
            sys.stdout.write(f"survives: {mutant.name}\n")


if __name__ == "__main__":
    main()
