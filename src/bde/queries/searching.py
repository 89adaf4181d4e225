"""Finding a saved question: the one that is meant, or all that are about something, the likeliest first."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache

from bde.errors import UnknownName
from bde.queries.question import Question

# What a word is worth where it stands in a question, as a whole word (or its plural) and as the start of one.
_IN_NAME, _IN_TAGS, _IN_SUMMARY, _ELSEWHERE = 8, 6, 4, 1
_WHOLE, _START = 3, 2


def find(questions: Iterable[Question], words: str) -> Question:
    """The question with this id or short id, or the only one whose id has all of these words.

    Raises ``UnknownName`` with those that fit, or with the nearest.
    """
    saved = tuple(questions)
    wanted = "-".join(words.lower().removesuffix(".rq").split())
    for question in saved:
        if wanted in (question.id, question.name):
            return question
    parts = {part for part in re.split(r"[-/]", wanted) if part}
    fitting = [q for q in saved if parts and parts <= set(re.split(r"[-/]", q.id))]
    if len(fitting) == 1:
        return fitting[0]
    names = [q.name for q in fitting] or get_close_matches(wanted, [q.name for q in saved], 3, 0.4)
    fix = f"Did you mean {' or '.join(names)}?" if names else f"There are {len(saved)}: bde questions."
    raise UnknownName(f"no question is called “{words}”.", fix=fix)


def search(
    questions: Iterable[Question], words: Iterable[str] = (), tags: Iterable[str] = ()
) -> tuple[Question, ...]:
    """The questions with all of these words and all of these tags, the likeliest first; all of them for none.

    A word counts most in the name of a question, then in its tags, then in its summary, and more as a whole
    word than as the start of one; of equals those with the fewest words in their name stand first. Raises
    ``UnknownName`` where there is none, with what may have been meant.
    """
    saved = tuple(questions)
    sought = [word for given in words for word in _words(given)]
    labels = [tag.casefold() for tag in tags]
    known = sorted({tag for question in saved for tag in question.tags})
    for label in labels:
        if label not in known:
            near = get_close_matches(label, known, 3, 0.7)
            fix = f"Did you mean {' or '.join(near)}?" if near else f"Tags are {', '.join(known)}."
            raise UnknownName(f"no question has the tag “{label}”.", fix=fix)
    scored = [(_scores(q, sought), q) for q in saved if {*labels} <= {*q.tags}]
    fitting = [(sum(scores), question) for scores, question in scored if all(scores)]
    if sought:
        fitting.sort(key=lambda pair: (-pair[0], len(_words(pair[1].name))))
    found = tuple(question for _, question in fitting)
    if not found:
        raise _missed(saved, sought, labels)
    return found


def _missed(saved: tuple[Question, ...], sought: list[str], labels: list[str]) -> UnknownName:
    spoken = sorted({word for question in saved for text, _ in _texts(question) for word in _words(text)})
    for word in sought:
        if not any(all(_scores(question, [word])) for question in saved):
            near = get_close_matches(word, spoken, 3, 0.7)
            fix = f"Did you mean {' or '.join(near)}?" if near else "bde questions lists them all."
            return UnknownName(f"no question is about “{word}”.", fix=fix)
    what = f"no question has all of {', '.join(f'“{word}”' for word in sought + labels)}."
    return UnknownName(what, fix="Leave one out.")


def _scores(question: Question, sought: list[str]) -> list[int]:
    """For each word what it is worth in this question, 0 where it does not stand there."""
    spoken = dict[str, int]()
    for text, worth in _texts(question):
        spoken.update((word, worth) for word in _words(text) if worth > spoken.get(word, 0))
    return [max(worth * _share(word, known) for known, worth in spoken.items()) for word in sought]


def _share(word: str, spoken: str) -> int:
    if word.removesuffix("s") == spoken.removesuffix("s"):
        return _WHOLE
    return _START if spoken.startswith(word) else 0


def _texts(question: Question) -> Iterator[tuple[str, int]]:
    yield question.id, _IN_NAME
    yield " ".join(question.tags), _IN_TAGS
    yield question.summary, _IN_SUMMARY
    yield question.description, _ELSEWHERE
    for parameter in question.parameters:
        yield f"{parameter.name} {parameter.meaning}", _ELSEWHERE
    for column in question.columns:
        yield f"{column.name} {column.meaning}", _ELSEWHERE


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", text.casefold()))
