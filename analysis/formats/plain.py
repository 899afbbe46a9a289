"""Results as plain JSON values: codes and numbers."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

_DECIMALS = 8


def plain(result: Any) -> Any:  # noqa: ANN401 - any result type of this library
    """Turn a result into dictionaries, lists, strings and numbers (8 decimals).

    Examples
    --------
    >>> from analysis.result import NotEstimable, Reason
    >>> plain(NotEstimable(reason=Reason.NO_ANSWERS))
    {'reason': 'no_answers'}
    """
    if isinstance(result, Enum):
        return result.value
    if isinstance(result, float):
        return round(result, _DECIMALS)
    if is_dataclass(result) and not isinstance(result, type):
        return {field.name: plain(getattr(result, field.name)) for field in fields(result)}
    if isinstance(result, Mapping):
        return {str(plain(key)): plain(value) for key, value in result.items()}
    if isinstance(result, tuple | list | frozenset):
        return [plain(value) for value in result]
    return result
