"""The question bank: one YAML file per version, read once and checked before anything uses it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from pulse.surveys.errors import UnknownInstrumentError

CURRENT_VERSION = "2026-1"
FOLDER = Path(__file__).parent / "bank"
LANGUAGES = ("en", "es")
CORE = "core"
PERCEPTION_GAP = "META"
COMMENT = "COMMENT"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question of the bank.

    Attributes
    ----------
    rules
        Numbers of the rules, of ten, that the question touches.
    key
        1 where the event asked about is good, -1 where it is bad, 0 without direction.
    scale
        Name of a scale of the instrument, or "text".
    text
        The wording per language, with the fields {own} and {other}.
    """

    id: str
    block: str
    dimension: str
    rules: tuple[int, ...]
    key: int
    scale: str
    text: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """A version of the questionnaire. `digest` is the SHA-256 of its content, comments left out."""

    version: str
    digest: str
    stem: Mapping[str, str]
    no_contact: Mapping[str, str]
    scales: Mapping[str, Mapping[str, tuple[str, ...]]]
    items: tuple[Item, ...]

    @cached_property
    def _by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    @cached_property
    def core(self) -> tuple[Item, ...]:
        """The ten items of the friction index, in the order in which everybody is asked."""
        return tuple(item for item in self.items if item.block == CORE)

    def item(self, item_id: str) -> Item:
        """Return the item; KeyError where the version has none of that id."""
        return self._by_id[item_id]

    def n_options(self, item_id: str) -> int:
        """Return how many scale points the item has; 0 for the comment."""
        return len(self.scales.get(self.item(item_id).scale, {"en": ()})["en"])


@cache
def load_instrument(version: str) -> Instrument:
    """Return a version of the instrument.

    Raises
    ------
    UnknownInstrumentError
        There is no such version.
    """
    if version not in versions():
        raise UnknownInstrumentError(version=version)
    content = yaml.safe_load((FOLDER / f"{version}.yaml").read_text(encoding="utf-8"))
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
    return Instrument(
        version=content["version"],
        digest=hashlib.sha256(canonical).hexdigest(),
        stem=_texts(content["stem"]),
        no_contact=_texts(content["no_contact"]),
        scales=MappingProxyType(
            {name: _scale(labels) for name, labels in content["scales"].items()}
        ),
        items=tuple(_item(raw) for raw in content["items"]),
    )


def versions() -> frozenset[str]:
    """Return the versions that this installation knows."""
    return frozenset(path.stem for path in FOLDER.glob("*.yaml"))


def _texts(raw: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({language: raw[language] for language in LANGUAGES})


def _scale(raw: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({language: tuple(raw[language]) for language in LANGUAGES})


def _item(raw: Mapping[str, Any]) -> Item:
    return Item(
        id=raw["id"],
        block=raw["block"],
        dimension=raw["dimension"],
        rules=tuple(raw["rules"]),
        key=raw["key"],
        scale=raw["scale"],
        text=_texts(raw),
    )
