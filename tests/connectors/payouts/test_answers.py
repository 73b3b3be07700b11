"""The bank's answer to a payment file: for the whole, for a group, for one; anything else is refused."""

from __future__ import annotations

import pytest

from closebook.connectors.payouts.answers import MOST_BYTES, answer_read
from closebook.core.errors import InputError


def pain002(group="", *parts, version="001.03", message="CB1"):
    status = f"<GrpSts>{group}</GrpSts>" if group else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.{version}">'
        "<CstmrPmtStsRpt><GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-11-20T10:00:00</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
        f"{status}</OrgnlGrpInfAndSts>{''.join(parts)}</CstmrPmtStsRpt></Document>"
    ).encode()


def part(*payments, status="", reason=""):
    state = f"<PmtInfSts>{status}</PmtInfSts>" if status else ""
    return (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>CB1-1</OrgnlPmtInfId>{state}{reason}{''.join(payments)}"
        "</OrgnlPmtInfAndSts>"
    )


def payment(reference, status, reason=""):
    return (
        f"<TxInfAndSts><StsId>1</StsId><OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>{status}</TxSts>"
        f"{reason}</TxInfAndSts>"
    )


def why(code, words=""):
    more = f"<AddtlInf>{words}</AddtlInf>" if words else ""
    return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn>{more}</StsRsnInf>"


@pytest.mark.parametrize("version", ["001.03", "001.10", "001.14"])
def test_refused_payments_are_named_with_the_reason(version):
    found = answer_read(
        pain002(
            "PART",
            part(payment("R1", "RJCT", why("AC04", "Closed account")), payment("R2", "ACSC")),
            version=version,
        )
    )
    assert (found.message, found.status, found.accepted) == ("CB1", "PART", 1)
    assert found.refused == {"R1": "AC04 Closed account"}
    assert found.all_refused == ""


def test_a_refused_file_or_group_refuses_all_it_does_not_name():
    assert answer_read(pain002("RJCT")).all_refused == "RJCT"
    assert answer_read(pain002("RJCT", part(payment("R1", "RJCT", why("AC01"))))).refused == {"R1": "AC01"}
    assert answer_read(pain002("", part(status="RJCT", reason=why("DU01")))).all_refused == "DU01"
    accepted = answer_read(pain002("ACCP", part(payment("R1", "ACSP"), status="ACCP")))
    assert (accepted.refused, accepted.all_refused, accepted.accepted) == ({}, "", 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "bank-answer-kind"),
        (b"not xml", "bank-answer-kind"),
        (b"<Document><BkToCstmrStmt/></Document>", "bank-answer-kind"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "bank-answer-kind"),
        (pain002("ODD!"), "bank-answer-status"),
        (pain002("", part(payment("R1", "NEW?"))), "bank-answer-status"),
        (pain002("ACCP", message=""), "bank-answer-kind"),
        (b" " * (MOST_BYTES + 1), "bank-answer-large"),
    ],
)
def test_anything_else_is_refused_in_words(content, code):
    with pytest.raises(InputError) as refused:
        answer_read(content)
    assert refused.value.code == code
