"""What is simulated: which scenarios, how many companies of each, how they are cut into shards."""

from dataclasses import dataclass, replace

from analysis.simulate import Scenario, scenario, scenario_names
from bench.calibrate.companies import Watch

SHARD = 100
"""Companies in one piece of work."""

MANY, SOME, SEVERAL, FEW = 2000, 500, 300, 100
WORST_NULLS = ("N04_ar.6", "N05_ar.6_tau5", "N09_mood+", "N15_unequal")
THINNED = ("S3_rtm", "A03_step8_ar.3")
"""Where the verdict without the two months before adoption is worked out too."""

SIZES = {7: (9, 0.78), 10: (13, 0.77), 15: (20, 0.75), 20: (27, 0.74), 30: (40, 0.75)}
"""Posts and response that give so many answers a month on average."""
SHOCKS = {"ar.6": (3.0, 0.6), "ar.6_tau5": (5.0, 0.6)}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One scenario and how much of it is done.

    Attributes
    ----------
    name : str
        As in ``analysis/data/scenarios.json``, or one of the nulls by group size.
    course : Scenario
        The truth, cut to the months that are looked at.
    watch : Watch
        Which looks.
    companies, dimensions, thinned : int
        How many are simulated; of how many the dimensions, and the series without the two months
        before adoption, are judged too.
    """

    name: str
    course: Scenario
    watch: Watch
    companies: int
    dimensions: int = 0
    thinned: int = 0

    @property
    def kind(self) -> str:
        """N null, S stress null, A alternative, Q null of falling quality, G null by group size."""
        return self.name[0]

    @property
    def is_null(self) -> bool:
        """Whether nothing changed that the model claims to see through."""
        return self.kind in "NG"

    @property
    def shards(self) -> int:
        """Pieces of work."""
        return -(-self.companies // SHARD)

    def part(self, shard: int, of: int) -> int:
        """Return how many of the first `of` companies lie in a shard."""
        return max(0, min(SHARD, of - shard * SHARD))


def nulls(*, small: bool = False) -> list[Case]:
    """Return N01 to N15, the index alone: for seeds drawn afterwards."""
    return [replace(case, dimensions=0) for case in cases(small=small) if case.kind == "N"]


def cases(*, small: bool = False) -> list[Case]:
    """Return everything that is simulated; `small` is a tenth, to see that it runs."""
    share = 10 if small else 1
    found = [_case(name, scenario(name), share) for name in scenario_names()]
    for n, (posts, response) in SIZES.items():
        for shocks, (tau, rho) in SHOCKS.items():
            course = Scenario(
                posts=(posts, posts), response=(response, response), tau=(tau, tau), rho=rho
            )
            found.append(_case(f"G{n:02d}_{shocks}", course, share))
    return sorted(found, key=lambda case: (case.name not in WORST_NULLS, -case.is_null))


def _case(name: str, course: Scenario, share: int, split: int = 6) -> Case:
    companies = MANY if name in WORST_NULLS else SOME
    dimensions = SEVERAL if name in WORST_NULLS else FEW if name.startswith("N") else 0
    watch = Watch(split=split)
    return Case(
        name=name,
        course=replace(course, months=watch.months, months_before=split),
        watch=watch,
        companies=companies // share,
        dimensions=dimensions // share,
        thinned=SOME // share if name in THINNED else 0,
    )
