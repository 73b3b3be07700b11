"""Whether a task can be handed over: what is vague in it, said kindly and with what would help."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FEWEST_WORDS = 5
_VAGUE = frozenset(
    {
        "asap", "etc", "stuff", "things", "various", "whatever", "misc", "something", "help", "nice",
        "better", "improve", "enz", "dingen", "diverse", "spullen", "iets", "beter", "snel",
    }
)  # fmt: skip
_VAGUE_CHINESE = ("等等", "之类", "随便", "尽快", "一些东西", "帮忙")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_WORDS = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True)
class TaskText:
    """What a requester wrote: the title, what is to be done, when it counts as done, and the rest."""

    title: str
    description: str
    done_means: str
    cap_minutes: int | None = None
    cap_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing that would help: its code, field and sentence; ``stops`` when nothing goes without it."""

    code: str
    field: str
    text: str
    stops: bool = True


def advice_for(task: TaskText) -> tuple[Advice, ...]:
    """Return what is missing in a task before it can be handed over; empty when it is ready."""
    found = []
    if not task.title.strip():
        found.append(Advice("no-title", "title", "Give the task a short name."))
    if words_in(task.description) < _FEWEST_WORDS:
        found.append(
            Advice("too-short", "description", "Say in a sentence or two what is to be done, and where.")
        )
    elif vague := vague_words(task.description):
        said = f"What exactly is meant by {', '.join(vague)}? A number, a name or an example helps."
        found.append(Advice("vague", "description", said))
    found += _done_advice(task)
    if task.cap_minutes is None and task.cap_minor is None:
        found.append(Advice("no-cap", "cap", "A limit of time or money saves a talk on payday.", stops=False))
    return tuple(found)


def _done_advice(task: TaskText) -> list[Advice]:
    if words_in(task.done_means) < _FEWEST_WORDS - 1:
        text = "What would you look at to see that it is finished? Say what lies where, and in what form."
        return [Advice("no-done", "done_means", text)]
    if task.done_means.strip().casefold() == task.description.strip().casefold():
        text = "That repeats the task. Say what will be there when it is done."
        return [Advice("done-repeats", "done_means", text)]
    if vague := vague_words(task.done_means):
        said = f"Two people can read {', '.join(vague)} differently. Say what can be counted or looked at."
        return [Advice("done-vague", "done_means", said)]
    return []


def is_ready(task: TaskText) -> bool:
    """Tell whether a task can be handed over."""
    return not any(each.stops for each in advice_for(task))


def words_in(text: str) -> int:
    """Return the number of words; two Chinese characters count as one.

    >>> words_in("Sort the mail"), words_in("整理收件箱里的邮件")
    (3, 4)
    """
    chinese = len(_CHINESE.findall(text))
    return chinese // 2 + len(_WORDS.findall(_CHINESE.sub(" ", text)))


def vague_words(text: str) -> tuple[str, ...]:
    """Return the vague words of a text, each once, as they stand.

    >>> vague_words("Fix various things asap")
    ('various', 'things', 'asap')
    """
    words = [word for word in _WORDS.findall(_CHINESE.sub(" ", text)) if word.casefold() in _VAGUE]
    return tuple(dict.fromkeys([*words, *(word for word in _VAGUE_CHINESE if word in text)]))
