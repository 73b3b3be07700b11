"""CAMT.053, .052 and .054 of several versions."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.connectors.bank import BankFormat, read_bank_file
from closebook.core.errors import InputError
from closebook.core.reconcile.bank_lines import BalanceProof

DETAIL = (
    "<TxDtls><Refs><EndToEndId>PO-77</EndToEndId><MndtId>NOTPROVIDED</MndtId></Refs>{amount}<RltdPties>"
    "<Dbtr>{name}</Dbtr></RltdPties><RmtInf><Ustrd>Payout</Ustrd><Ustrd>week 10</Ustrd></RmtInf></TxDtls>"
)


def balance(code: str, amount: str, side: str = "CRDT", day: str = "2026-03-01") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def entry(amount: str = "50.00", side: str = "CRDT", *, status: str = "<Sts>BOOK</Sts>", more: str = "",
          details: str = "", day: str = "<BookgDt><Dt>2026-03-04</Dt></BookgDt>") -> str:  # fmt: skip
    inner = f"<NtryDtls>{details}</NtryDtls>" if details else ""
    return (
        f"<Ntry><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{status}{day}{more}{inner}"
        "<AddtlNtryInf>Own words</AddtlNtryInf></Ntry>"
    )


def document(
    *statements: str, version: str = "053.001.02", root: str = "BkToCstmrStmt", bare: bool = False
) -> bytes:
    space = "" if bare else f" xmlns='urn:iso:std:iso:20022:tech:xsd:camt.{version}'"
    return f"<?xml version='1.0'?><Document{space}><{root}>{''.join(statements)}</{root}></Document>".encode()


def statement(*inner: str, word: str = "Stmt", number: str = "NL01INKB0123456789") -> str:
    bank = "<Svcr><FinInstnId><BIC>INKBNL2A</BIC></FinInstnId></Svcr>"
    account = f"<Acct><Id><IBAN>{number}</IBAN></Id><Ccy>EUR</Ccy>{bank}</Acct>"
    return f"<{word}><Id>1</Id>{account}{''.join(inner)}</{word}>"


def only(data: bytes):
    (found,) = read_bank_file(data, "march.xml").statements
    return found


def test_opening_and_lines_make_the_closing_balance():
    one = only(
        document(
            statement(balance("OPBD", "100.00"), balance("CLBD", "130.00"), entry(), entry("20.00", "DBIT"))
        )
    )
    assert (one.number, one.bank, one.currency) == ("NL01INKB0123456789", "INKBNL2A", "EUR")
    assert [line.amount_minor for line in one.lines] == [5000, -2000]
    assert one.proof is BalanceProof.HOLDS


def test_a_closing_balance_that_does_not_follow_is_told():
    one = only(document(statement(balance("OPBD", "100.00"), balance("CLBD", "151.00"), entry())))
    assert (one.proof, one.difference_minor) == (BalanceProof.DIFFERS, -100)


def test_an_overdrawn_balance_is_negative():
    one = only(document(statement(balance("PRCD", "10.00", "DBIT"), balance("CLBD", "40.00"), entry())))
    assert one.opening is not None
    assert one.opening.amount_minor == -1000
    assert one.proof is BalanceProof.HOLDS


@pytest.mark.parametrize("version", ["053.001.02", "053.001.04", "053.001.06", "053.001.08"])
def test_every_version_reads_the_same(version: str):
    deep = version.endswith("08")
    name = "<Pty><Nm>Ada Quill</Nm></Pty>" if deep else "<Nm>Ada Quill</Nm>"
    status = "<Sts><Cd>BOOK</Cd></Sts>" if deep else "<Sts>BOOK</Sts>"
    detail = DETAIL.format(amount="", name=name)
    (line,) = only(document(statement(entry(status=status, details=detail)), version=version)).lines
    assert (line.counterparty, line.text) == ("Ada Quill", "Payout week 10")
    assert line.references == ("PO-77",)
    assert line.day == dt.date(2026, 3, 4)


def test_pending_entries_are_no_lines():
    assert only(document(statement(entry(status="<Sts>PDNG</Sts>"), entry()))).lines[0].row == 2
    assert not only(document(statement(entry(status="<Sts><Cd>PDNG</Cd></Sts>")))).lines


def test_a_reversal_keeps_the_direction_that_is_written():
    (line,) = only(document(statement(entry(more="<RvslInd>true</RvslInd>", side="DBIT")))).lines
    assert line.amount_minor == -5000


def test_a_batch_is_one_line_with_its_payments_as_parts():
    details = "".join(
        DETAIL.format(
            amount=f"<AmtDtls><TxAmt><Amt Ccy='EUR'>{size}</Amt></TxAmt></AmtDtls>", name=f"<Nm>{name}</Nm>"
        )
        for size, name in (("20.00", "Ada"), ("30.00", "Bo"))
    )
    batch = "<Btch><PmtInfId>B-1</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>"
    (line,) = only(document(statement(entry(details=batch + details)))).lines
    assert line.amount_minor == 5000
    assert [(part.amount_minor, part.counterparty) for part in line.parts] == [(2000, "Ada"), (3000, "Bo")]
    assert "B-1" in line.references


def test_details_without_amounts_are_kept():
    details = DETAIL.format(amount="", name="<Nm>Ada</Nm>") * 2
    (line,) = only(document(statement(entry(details=details)))).lines
    assert [part.amount_minor for part in line.parts] == [None, None]


def test_the_amount_before_conversion_is_kept():
    detail = "<TxDtls><AmtDtls><InstdAmt><Amt Ccy='USD'>54.10</Amt></InstdAmt></AmtDtls></TxDtls>"
    (line,) = only(document(statement(entry(details=detail)))).lines
    assert (line.original_minor, line.original_currency, line.currency) == (5410, "USD", "EUR")


def test_a_moment_is_a_day_and_the_value_day_serves_when_no_other_is_there():
    moment = "<BookgDt><DtTm>2026-03-04T23:59:00+01:00</DtTm></BookgDt>"
    assert only(document(statement(entry(day=moment)))).lines[0].day == dt.date(2026, 3, 4)
    value = "<ValDt><Dt>2026-03-05</Dt></ValDt>"
    assert only(document(statement(entry(day=value)))).lines[0].day == dt.date(2026, 3, 5)


def test_a_file_without_namespace_with_several_statements_or_none():
    data = document(statement(entry()), statement(entry(), number="NL02"), bare=True)
    assert [one.number for one in read_bank_file(data, "x").statements] == ["NL01INKB0123456789", "NL02"]
    assert read_bank_file(document(bare=True), "x").statements == ()


@pytest.mark.parametrize(
    ("root", "word", "version", "kind"),
    [
        ("BkToCstmrAcctRpt", "Rpt", "052.001.02", BankFormat.CAMT_052),
        ("BkToCstmrDbtCdtNtfctn", "Ntfctn", "054.001.04", BankFormat.CAMT_054),
    ],
)
def test_reports_and_notifications_say_that_they_repeat(root: str, word: str, version: str, kind: BankFormat):
    found = read_bank_file(document(statement(entry(), word=word), root=root, version=version), "x")
    assert found.format is kind
    assert found.statements[0].lines
    assert found.warnings


@pytest.mark.parametrize(
    ("broken", "field"),
    [(entry("5O.00"), "Amt"), (entry(side="UP"), "CdtDbtInd"), (entry(day=""), "BookgDt")],
)
def test_a_broken_entry_refuses_the_file_and_is_named(broken: str, field: str):
    with pytest.raises(InputError) as caught:
        read_bank_file(document(statement(entry(), broken)), "march.xml")
    assert caught.value.code == "bank-row-broken"
    assert (caught.value.place.row, caught.value.place.field) == (2, f"Ntry 2 {field}")


def test_a_file_that_was_cut_off_is_refused():
    with pytest.raises(InputError) as caught:
        read_bank_file(document(statement(entry()))[:-30], "march.xml")
    assert caught.value.code == "bank-file-broken"


def test_entities_are_refused_before_anything_is_expanded():
    bomb = b"<?xml version='1.0'?><!DOCTYPE D [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
    data = document(statement(entry())).replace(b"<?xml version='1.0'?>", bomb).replace(b"Own words", b"&b;")
    with pytest.raises(InputError) as caught:
        read_bank_file(data, "bomb.xml")
    assert caught.value.code == "bank-file-unsafe"


def test_entities_are_refused_in_every_encoding():
    text = (
        document(statement(entry()))
        .decode()
        .replace(
            "<?xml version='1.0'?>", "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE D [<!ENTITY a 'x'>]>"
        )
    )
    with pytest.raises(InputError) as caught:
        read_bank_file(text.encode("utf-16"), "bomb.xml")
    assert caught.value.code == "bank-file-unsafe"


def test_a_fee_is_known_by_the_banks_code():
    code = "<BkTxCd><Domn><Cd>ACMT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn></BkTxCd>"
    assert only(document(statement(entry(more=code)))).lines[0].kind == "fee"
