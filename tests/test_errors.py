"""Errors: codes are unique, both languages name the same facts, and nothing is lost between processes."""

from __future__ import annotations

import pickle
import re
import string
from collections import Counter

import pytest

import tongchi.cli  # noqa: F401  (imports every room, so that every subclass exists)
from tongchi import errors
from tongchi.errors import TongchiError


def every_class() -> list[type[TongchiError]]:
    found, waiting = [], [TongchiError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return sorted(found, key=lambda kind: kind.code)


CLASSES = every_class()


def slots(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_codes_are_unique_and_well_formed() -> None:
    counts = Counter(kind.code for kind in CLASSES)
    assert [code for code, count in counts.items() if count > 1] == []
    assert all(re.fullmatch(r"T\d{3}", code) for code in counts)


def test_every_error_stands_in_the_one_module_that_holds_them() -> None:
    assert {kind.__module__ for kind in CLASSES} == {errors.__name__}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_both_languages_have_the_same_slots(kind: type[TongchiError]) -> None:
    assert slots(kind.zh) == slots(kind.en)
    assert re.search(r"[一-龥]", kind.zh) or kind is TongchiError
    assert not re.search(r"[一-龥]", kind.en)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_messages_name_code_file_place_and_facts(kind: type[TongchiError]) -> None:
    facts = {name: f"<{name}>" for name in slots(kind.zh)}
    error = kind(file="甲.docx", place="第3页", **facts)
    for language in ("zh", "en"):
        message = error.message(language)  # type: ignore[arg-type]
        assert "\n" not in message
        assert all(word in message for word in (f"[{kind.code}]", "甲.docx", "第3页", *facts.values()))
    assert str(error) == error.message("en")


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_pickles_round_trip(kind: type[TongchiError]) -> None:
    facts = dict.fromkeys(slots(kind.zh), "1 KB")
    error = kind(file="甲.docx", place="第3页", **facts)
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert (back.file, back.place, back.facts, back.message("zh")) == ("甲.docx", "第3页", facts, error.message("zh"))


@pytest.mark.parametrize("kind", CLASSES[1:], ids=lambda kind: kind.__name__)
def test_every_error_is_caught_by_the_nearest_built_in_too(kind: type[TongchiError]) -> None:
    assert issubclass(kind, (ValueError, OSError, RuntimeError))


def test_without_file_and_place_the_message_starts_with_the_code() -> None:
    error = errors.UsageError(found="1", expected="2")
    assert error.message("zh").startswith("[T901] 用法不对")
    assert error.message("en").startswith("[T901] Wrong usage")
