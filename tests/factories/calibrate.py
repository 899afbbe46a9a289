"""Cases of the calibration that are done in seconds."""

from analysis.simulate import Scenario
from bench.calibrate.companies import Watch
from bench.calibrate.plan import Case


def small_case(name: str = "N04_ar.6") -> Case:
    watch = Watch(split=6)
    course = Scenario(months=watch.months, posts=(12, 12), tau=(3.0, 3.0), months_before=6)
    return Case(name=name, course=course, watch=watch, companies=3, dimensions=1, thinned=2)
