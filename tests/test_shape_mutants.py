"""Every damage done to a shape is noticed: by the cases of the shapes, or by the checks of the shapes.

``shape_mutants`` says what is done. In CI one mutant in four is run, and with ``BDE_MUTANTS=all`` every one,
which takes minutes. Those that nobody notices stand in ``mutations/survivors.toml`` with a reason each.
"""

import os
import random
import tomllib
from collections import Counter
from collections.abc import Callable

import pytest

from bde.workspace import ROOMS
from mutants import TABLES
from shape_mutants import ShapeMutant, mutants, noticed

SEED = 20261122
SURVIVORS = tomllib.loads((TABLES / "survivors.toml").read_text("utf-8"))


def chosen(share: int) -> list[ShapeMutant]:
    return random.Random(SEED).sample(mutants(), len(mutants()) // share)


@pytest.mark.exhaustive("mutants of the shapes")
def test_each_mutant_is_noticed(record_property: Callable[[str, object], None]) -> None:
    made = chosen(1 if os.environ.get("BDE_MUTANTS") == "all" else 4)
    seen = noticed(made)
    left = {mutant.name for mutant in made if mutant not in seen}
    assert left == {mutant.name for mutant in made if mutant.name in SURVIVORS}
    assert {mutant.room for mutant in seen} == {*ROOMS, "house"}
    record_property("mutants of the shapes noticed", dict(Counter(seen.values())))


def test_every_shape_has_mutants_and_every_survivor_is_one() -> None:
    names = [mutant.name for mutant in mutants()]
    assert len(set(names)) == len(names) > 2_900
    assert set(SURVIVORS) <= set(names)
    assert all(reason.endswith(".") for reason in SURVIVORS.values())
    kinds = Counter(mutant.what.split(" ")[0] for mutant in mutants())
    assert kinds["without"] > 900 and kinds["with"] > 900 and kinds["switched"] > 270
