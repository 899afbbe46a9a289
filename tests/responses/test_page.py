"""The page holds everything for everybody: both directions, both languages, all keys."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from pulse.credentials.message import to_base64url
from pulse.credentials.queries import wave_keys
from pulse.responses.page import as_script_data, survey_page
from pulse.waves.queries import WaveGroupView
from tests.conftest import START
from tests.factories.responses import OpenSurvey, make_open_survey


@pytest.fixture
def survey(session: Session, key_dir: Path) -> OpenSurvey:
    return make_open_survey(session, key_dir, now=START, minimum_cell_size=7)


@pytest.fixture
def content(session: Session, survey: OpenSurvey) -> dict[str, Any]:
    return survey_page(survey.company, survey.wave, wave_keys(session, survey.wave.id))


def test_keys_and_wave(session: Session, survey: OpenSurvey, content: dict[str, Any]) -> None:
    keys = wave_keys(session, survey.wave.id)
    assert content["wave"] == str(survey.wave.id)
    assert content["envelope"] == to_base64url(keys.envelope_spki)
    for group in ("first", "second"):
        assert content["groups"][group]["kid"] == keys.issuance[group].kid
        assert content["groups"][group]["spki"] == to_base64url(keys.issuance[group].spki)


def test_each_group_rates_the_other(content: dict[str, Any]) -> None:
    asked = {code: group["questions"] for code, group in content["groups"].items()}
    assert asked["first"]["en"]["APP1"].endswith("people in Operations thank Sales for their help?")
    assert asked["second"]["es"]["APP1"] == (
        "¿Con qué frecuencia la gente de Ventas le dio las gracias a Operaciones por su ayuda?"
    )


def test_thirteen_questions_in_a_small_group(content: dict[str, Any]) -> None:
    for group in content["groups"].values():
        ids = [*group["core"], *group["rotating"], group["last"]]
        assert len(ids) == len(set(ids)) == 13
        assert group["draw"] == 2
        for language in ("en", "es"):
            assert set(group["questions"][language]) == set(ids)
            scales = content["languages"][language]["scales"]
            assert all(group["scales"][item] in scales for item in ids)


def test_all_eleven_to_draw_from_in_a_large_group(session: Session, survey: OpenSurvey) -> None:
    groups = {
        code: WaveGroupView(rotation="drawn", common_items=()) for code in ("first", "second")
    }
    wave = replace(survey.wave, groups=groups)
    content = survey_page(survey.company, wave, wave_keys(session, wave.id))
    assert len(content["groups"]["first"]["rotating"]) == 11
    assert "RU02S" in content["groups"]["first"]["rotating"]
    assert "RU02" in content["groups"]["second"]["rotating"]


def test_the_promises_name_this_company_s_numbers(content: dict[str, Any]) -> None:
    texts = {code: language["texts"] for code, language in content["languages"].items()}
    assert texts["en"]["minimum"] == "Results are shown only for groups of 7 or more."
    assert "March 20, 2026" in texts["en"]["results"]
    assert "20 de marzo de 2026" in texts["es"]["results"]
    assert "the notice board" in texts["es"]["results"]
    assert texts["es"]["title"] == "¿Cómo trabajan juntos Ventas y Operaciones?"


def test_every_field_is_filled_or_the_script_s(content: dict[str, Any]) -> None:
    for language in content["languages"].values():
        fields = {
            found for text in language["texts"].values() for found in re.findall(r"\{\w*\}", text)
        }
        assert fields == {"{n}", "{total}", "{excess}"}


def test_data_cannot_end_its_element() -> None:
    content = {"name": "</script><script>alert(1)</script><!--"}
    text = as_script_data(content)
    assert "<" not in text
    assert json.loads(text) == content
