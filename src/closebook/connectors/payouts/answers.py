"""The bank's answer to a payment file: pain.002 of any version, by the local names of its elements.

It says what was refused, for the file, for a group of payments or for one. Accepted is not paid: the proof is
the bank statement. Source: ISO 20022 pain.002.001.03 to .14; EPC guidelines on the customer status report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # has no types
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # has no types

from closebook.core.errors import InputError

MOST_BYTES = 5 * 1024 * 1024
REFUSED = "RJCT"
_KNOWN = frozenset({"ACCC", "ACCP", "ACSC", "ACSP", "ACTC", "ACWC", "ACWP", "PART", "PDNG", "RCVD", REFUSED})


@dataclass(frozen=True, slots=True)
class BankAnswer:
    """An answer to the file named ``message``: the status of the whole, and those that were refused.

    ``refused`` maps our reference of a payment to the bank's reason; ``all_refused`` is the reason when it is
    the whole file, or a group of payments that names none of them. ``accepted`` counts payments named so.
    """

    message: str
    status: str
    refused: Mapping[str, str]
    accepted: int
    all_refused: str = ""


def answer_read(content: bytes) -> BankAnswer:
    """Return what a pain.002 says. Raises InputError for any other file and for a status that is unknown."""
    root = _root(content)
    report = next((each for each in root if _name(each) in {"CstmrPmtStsRpt", "pain.002.001.02"}), None)
    group = _child(report, "OrgnlGrpInfAndSts") if report is not None else None
    message = _text(group, "OrgnlMsgId")
    if report is None or group is None or not message:
        raise _unread()
    status, reason = _text(group, "GrpSts"), _reason(group)
    refused: dict[str, str] = {}
    accepted, all_refused = 0, reason or REFUSED if status == REFUSED else ""
    for part in _children(report, "OrgnlPmtInfAndSts"):
        whole, why = _text(part, "PmtInfSts"), _reason(part)
        named = list(_children(part, "TxInfAndSts"))
        if whole == REFUSED and not named:
            all_refused = all_refused or why or reason or REFUSED
        for each in named:
            state = _text(each, "TxSts") or whole or status
            _checked(state)
            if state == REFUSED:
                refused[_text(each, "OrgnlEndToEndId")] = _reason(each) or why or reason or REFUSED
            else:
                accepted += 1
    _checked(status)
    return BankAnswer(message, status, refused, accepted, all_refused)


def _root(content: bytes) -> Element:
    if len(content) > MOST_BYTES:
        raise InputError("bank-answer-large", "The file is too large.", remedy="Choose the bank's answer.")
    try:
        root: Element = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise _unread() from error
    return root


def _unread() -> InputError:
    return InputError(
        "bank-answer-kind", "This is no answer of a bank to a payment file (pain.002).",
        remedy="Download it where you handed the file in. A statement goes to the bank page.",
    )  # fmt: skip


def _checked(status: str) -> None:
    if status and status not in _KNOWN:
        raise InputError(
            "bank-answer-status", f"The bank says {status}, which is not known here.",
            remedy="Ask your bank what it means, then say at each payment what became of it.",
        )  # fmt: skip


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element if _name(each) == name)


def _child(element: Element | None, *names: str) -> Element | None:
    for name in names:
        if element is None:
            return None
        element = next(_children(element, name), None)
    return element


def _text(element: Element | None, *names: str) -> str:
    found = _child(element, *names)
    return (found.text or "").strip() if found is not None else ""


def _reason(element: Element) -> str:
    """Return the bank's code and words for a refusal."""
    found = _child(element, "StsRsnInf")
    code = _text(found, "Rsn", "Cd") or _text(found, "Rsn", "Prtry")
    words = [(each.text or "").strip() for each in _children(found, "AddtlInf")] if found is not None else []
    return " ".join([code, *words]).strip()[:100]
