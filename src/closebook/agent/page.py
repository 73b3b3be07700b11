"""The agent's own small page on this machine: the timer, the question, the private list, what was sent."""

from __future__ import annotations

import html
from collections.abc import Mapping

from closebook.agent.live import SITE_ACTS, SITE_QUESTION, Agent
from closebook.agent.words import ACT_WORDS, word
from closebook.core.errors import InputError
from closebook.core.workforce import pausing
from closebook.core.workforce.pausing import Phase, Was
from closebook.core.workforce.reckoning import Says
from closebook.core.workforce.runs import SECOND, moment_of

_STYLE = (
    "body{font:1rem/1.5 system-ui;max-width:34rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "button,input,select{font:inherit;padding:.4rem .7rem;margin:.2rem .2rem .2rem 0}h1{font-size:1.3rem}"
    "h2{font-size:1rem;margin-top:2rem}"
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
_TITLES = {
    Phase.STOPPED: "The timer is stopped",
    Phase.RUNNING: "The timer runs",
    Phase.WARNED: "The timer runs",
}


def page(agent: Agent, secret: str, language: str, wrong: str = "") -> str:
    """Return the page as HTML; ``secret`` goes into its forms."""
    title = word(_TITLES.get(agent.live.phase, "The timer is paused"), language)
    parts = [f"<h1>{html.escape(title)}</h1>"]
    if wrong:
        parts.append(f"<p role=alert>{html.escape(word(wrong, language))}</p>")
    if agent.left:
        text = word("No input for a while: the timer pauses in {seconds} seconds.", language)
        parts.append(f"<p role=status>{html.escape(text.format(seconds=agent.left // SECOND))}</p>")
    parts.append(_site(agent, secret, language))
    parts.append(_question(agent, secret, language) if agent.question else _clock(agent, secret, language))
    parts.append(_private(agent, secret, language))
    refresh = "" if agent.question or wrong else '<meta http-equiv="refresh" content="15">'
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width">{refresh}'
    return (
        f'<!doctype html><html lang="{html.escape(language)}"><head>{head}<title>{html.escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _form(secret: str, inside: str) -> str:
    hidden = f'<input type="hidden" name="secret" value="{secret}">'
    return f'<form method="post" action="/closebook/do">{hidden}{inside}</form>'


def _button(act: str, text: str) -> str:
    return f'<button name="act" value="{act}">{html.escape(text)}</button>'


def _clock(agent: Agent, secret: str, language: str) -> str:
    phase = agent.live.phase
    if phase is Phase.STOPPED:
        tasks = "".join(
            f'<option value="{html.escape(each.task)}">{html.escape(each.name)}</option>'
            for each in agent.wanted.tasks
        )
        label = html.escape(word("Task", language))
        choice = f'<select name="task" aria-label="{label}">{tasks}</select>' if tasks else ""
        return _form(secret, choice + _button("start", word("Start", language)))
    first = ("break", "Break") if phase in {Phase.RUNNING, Phase.WARNED} else ("resume", "Go on")
    buttons = _button(first[0], word(first[1], language)) + _button("stop", word("Stop", language))
    return f"<p>{html.escape(agent.task_name)}</p>{_form(secret, buttons)}"


def _site(agent: Agent, secret: str, language: str) -> str:
    """Return the question about a listed site while it has no answer."""
    asked = agent.sites.question
    if asked is None or asked.says:
        return ""
    start, end = (moment_of(ms).astimezone() for ms in (asked.start, asked.end))
    text = word(SITE_QUESTION, language).format(site=asked.about)
    buttons = "".join(_button(act, word(ACT_WORDS[act], language)) for act in SITE_ACTS)
    return (
        f"<h2 role=status>{html.escape(text)}</h2>"
        f"<p>{start:%H:%M} – {end:%H:%M}</p>{_form(secret, buttons)}"
        f"<p>{html.escape(word('The answer is shown in the day, to you first.', language))}</p>"
    )


def _question(agent: Agent, secret: str, language: str) -> str:
    ask = agent.question
    if ask is None:
        return ""
    start, end = (moment_of(ms).astimezone() for ms in (ask.start, ask.end))
    label = html.escape(word("Say in a few words what it was", language))
    inside = (
        f"<p>{start:%H:%M} – {end:%H:%M} ({(ask.end - ask.start) // (60 * SECOND)} min)</p>"
        + _button("say-break", word("Break", language))
        + f'<p><label>{label}<br><input name="note" maxlength="200"></label>'
        + _button("say-work", word("Work away from the keyboard", language))
        + "</p>"
        + _button("say-keep_paused", word("Keep it paused", language))
    )
    return f"<h2>{html.escape(word('What was this time?', language))}</h2>{_form(secret, inside)}"


def _private(agent: Agent, secret: str, language: str) -> str:
    rows = "".join(
        f'<li>{html.escape(each)} <button name="remove" value="{html.escape(each)}">'
        f"{html.escape(word('Remove', language))}</button></li>"
        for each in agent.store.private()
    )
    add = '<input name="private" maxlength="200">' + _button("private", word("Add", language))
    waiting, refused = agent.store.counts()
    sent = word("{waiting} wait to be sent, {refused} were refused.", language)
    whys = "".join(f"<li>{html.escape(why)}</li>" for why in agent.store.refusals())
    kept = word("Outside the timer nothing is kept. Addresses and titles never leave this machine.", language)
    return (
        f"<h2>{html.escape(word('Private', language))}</h2>{_form(secret, f'<ul>{rows}</ul>{add}')}"
        f"<h2>{html.escape(word('What is sent', language))}</h2><p>{html.escape(kept)}</p>"
        f"<p>{html.escape(sent.format(waiting=waiting, refused=refused))}"
        f' <a href="/api/0/export">{html.escape(word("Export", language))}</a></p><ul>{whys}</ul>'
    )


def clicked(agent: Agent, form: Mapping[str, str], now: int) -> str:
    """Carry out a click on the page; return what is wrong, "" when nothing is."""
    act = form.get("act", "")
    if form.get("remove"):
        agent.store.private_remove(form["remove"])
    elif act == "private" and form.get("private", "").strip():
        agent.store.private_add(form["private"])
    events: dict[str, pausing.Event] = {
        "start": pausing.Start(now),
        "stop": pausing.Stop(now),
        "break": pausing.TakeBreak(now),
        "resume": pausing.Resume(now),
        **{f"say-{was}": pausing.Say(now, was, form.get("note", "")) for was in Was},
    }
    if act in SITE_ACTS:
        agent.answer(Says.WORK if act == "site-work" else Says.BREAK, now)
        act = act.removeprefix("site-")
    if act not in events or form.get("remove"):
        return ""
    try:
        agent.do(events[act], form.get("task", ""))
    except InputError as error:
        return error.message
    return ""
