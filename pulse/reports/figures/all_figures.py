"""TABLE: which figures a report has, in the order of the page."""

from analysis.judgement import Outcome
from analysis.survey import Survey
from pulse.ids import FIRST, SECOND
from pulse.reports.figures.facts import facts_figure, found_facts
from pulse.reports.figures.figure import Found, Frozen, Names
from pulse.reports.figures.gap import found_gap, gap_figure
from pulse.reports.figures.items import found_items, items_figure
from pulse.reports.figures.outlook import found_outlook, outlook_figure
from pulse.reports.figures.rules import found_rules, rules_figure
from pulse.reports.inputs import ReportInputs


def found_figures(
    inputs: ReportInputs, survey: Survey, perceived: Outcome, situation: str
) -> Frozen:
    """Return the numbers behind all figures: plain JSON values."""
    return {
        "items": found_items(inputs),
        "gap": found_gap(inputs),
        "rules": found_rules(inputs),
        "outlook": found_outlook(inputs, survey, situation),
        "facts": found_facts(inputs, perceived),
    }


def figures_of(found: Found, names: Names) -> Frozen:
    """Return the worded figures by name, without those that have nothing to show."""
    worded = {
        "facts": facts_figure(found["facts"], names),
        "outlook": outlook_figure(found["outlook"], names),
        "items-first": items_figure(found["items"], FIRST, names),
        "items-second": items_figure(found["items"], SECOND, names),
        "gap": gap_figure(found["gap"], names),
        "rules": rules_figure(found["rules"], names),
    }
    return {name: figure for name, figure in worded.items() if figure is not None}
