"""What the page without JavaScript asks one group. Pure."""

from dataclasses import dataclass

from pulse.companies.queries import CompanyView
from pulse.ids import GroupCode, other_group
from pulse.responses.page import DRAWN, group_names, local_day, survey_title
from pulse.responses.texts import page_texts
from pulse.surveys.bank import COMMENT, load_instrument
from pulse.surveys.questionnaire import Question, questions
from pulse.surveys.rotation import common_pair
from pulse.waves.queries import WaveView


@dataclass(frozen=True, kw_only=True)
class LongPage:
    """All questions of one group in one language, and the texts around them."""

    company: CompanyView
    wave: WaveView
    group_code: GroupCode
    language: str
    title: str
    stem: str
    comment: str
    texts: dict[str, str]
    questions: tuple[Question, ...]

    @property
    def other_name(self) -> str:
        """The name of the other group."""
        return self.company.group(other_group(self.group_code)).name(self.language)


def long_page(
    company: CompanyView, wave: WaveView, group_code: GroupCode, language: str
) -> LongPage:
    """Return the long page of an open wave for one group."""
    instrument = load_instrument(wave.instrument_version)
    own, other = (
        group_names(company.group(code)) for code in (group_code, other_group(group_code))
    )
    return LongPage(
        company=company,
        wave=wave,
        group_code=group_code,
        language=language,
        title=survey_title(company, language),
        stem=instrument.stem[language],
        comment=instrument.item(COMMENT).text[language],
        texts=page_texts(
            language,
            k=company.minimum_cell_size,
            limit=1000,
            date=local_day(company, wave.closes_at, language),
            place=company.results_place,
        ),
        questions=questions(
            instrument,
            own=own,
            other=other,
            language=language,
            rotating=pair_without_script(company, wave, group_code),
        ),
    )


def pair_without_script(
    company: CompanyView, wave: WaveView, group_code: GroupCode
) -> tuple[str, ...]:
    """Return the two rotating items: without a browser that draws, the pair of the month."""
    asked = wave.groups[group_code]
    if asked.rotation == DRAWN:
        return common_pair(wave.month, company.group(group_code).makes_requests)
    return asked.common_items
