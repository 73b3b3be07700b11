"""What is done with the time and the money: answers, rulings, signatures, bill, run, books and bank line."""

from __future__ import annotations

import re

from tests.e2e.assistant_way import ANNS_IBAN, COMPANY_IBAN, Desk, fill, goes, press

NUMBER = re.compile(r"\d[\d,.]*\.\d\d")


def minutes_of(text: str) -> int:
    """Return minutes out of hours as pages write them, such as 1:05."""
    hours, minutes = re.search(r"(\d+):(\d\d)", text).groups()
    return 60 * int(hours) + int(minutes)


def minor_of(text: str) -> int:
    """Return the one amount that a text holds, in cents."""
    (found,) = set(NUMBER.findall(text))
    return int(found.replace(",", "").replace(".", ""))


def amounts_in(text: str) -> set[int]:
    """Return every amount that a text holds, in cents."""
    return {minor_of(each) for each in NUMBER.findall(text)}


def day_seen(desk: Desk) -> dict[str, int]:
    """Return what Ann's Tuesday came to, in seconds by class, as she sees it before anybody else."""
    page = desk.ann_goes("timesheets/")
    page.locator("table.list tbody a").first.click()
    page.locator("table.stretches tbody a").first.click()
    assert "The assistant looks at this day first" in goes(desk.owner, page.url).inner_text("main")
    return sums_of(page)


def sums_of(page) -> dict[str, int]:
    """Return the seconds of each class of a day's page, and their sum."""
    found = {}
    for row in page.locator("ul.legend li").all_inner_texts():
        words, hours, minutes, seconds = re.search(r"(.*\S)\s+(\d+):(\d\d):(\d\d)", row).groups()
        found[words.strip()] = 3600 * int(hours) + 60 * int(minutes) + int(seconds)
    return found


def answered_and_ruled(desk: Desk) -> int:
    """Answer both proposals, rule one each way; return the minutes that are deducted."""
    day = desk.ann.url
    cards = desk.ann.locator(".cards .card")
    assert cards.count() == 2, desk.ann.inner_text("main")
    deducted = int(re.search(r"(\d+) minute", cards.first.inner_text())[1])
    press(desk.ann, "Agree")
    press(fill(desk.ann, text="A customer wrote to us there."), "Explain")
    assert not desk.ann.get_by_role("button", name="Explain").count()
    page = goes(desk.owner, day)
    assert sums_of(page) == sums_of(desk.ann)
    press(page, "Deduct it")
    press(fill(page, why="True, the customer's letter is there."), "Pay it")
    return deducted


def signed_and_approved(desk: Desk) -> tuple[int, int]:
    """Sign and approve the week; return the minutes, and the amount of the lines in cents."""
    sheet = re.sub(r"[^/]+/$", "", desk.ann.url)
    page = goes(desk.ann, sheet)
    minutes = minutes_of(page.locator("main button", has_text="Sign").inner_text())
    press(page, "Sign")
    page = goes(desk.owner, sheet)
    assert minutes_of(page.locator("main button", has_text="Approve").inner_text()) == minutes
    press(page, "Approve")
    foot = page.locator("tfoot").last.inner_text()
    assert minutes_of(foot) == minutes
    return minutes, minor_of(foot)


def billed(desk: Desk) -> tuple[int, int]:
    """Return the bill's minutes and cents, as both see it."""
    with desk.owner.expect_navigation():
        desk.owner.locator(".head .actions a").first.click()
    found = _bill(desk.owner)
    assert found == _bill(goes(desk.ann, desk.owner.url))
    return found


def _bill(page) -> tuple[int, int]:
    cells = page.locator("tbody td.number").all_inner_texts()
    return sum(int(cell) for cell in cells if cell), minor_of(page.locator("tfoot").inner_text())


def paid_by_file(desk: Desk) -> tuple[str, str]:
    """Set up both accounts, make and approve the run; return the file's text and the run's address."""
    press(fill(desk.ann_goes("pay/me/?rail=sepa"), iban=ANNS_IBAN), "Save")
    press(fill(desk.owner_goes("pay/ways/sepa/"), debtor="Quill", iban=COMPANY_IBAN), "")
    page = desk.owner_goes("pay/new/?rail=sepa")
    press(page, "Make the payment run")
    press(page, "Approve what is shown")
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the file").click()
    return download.value.path().read_text(), page.url


def in_file(text: str) -> tuple[int, str]:
    """Return the cents that a credit transfer's file pays to Ann, and the payment's reference."""
    assert ANNS_IBAN in text
    assert "pain.001.001.09" in text
    amount = re.search(r'<InstdAmt Ccy="EUR">(\d+\.\d\d)</InstdAmt>', text)[1]
    return minor_of(amount), re.search(r"<EndToEndId>([^<]+)</EndToEndId>", text)[1]


def booked(desk: Desk) -> str:
    """Plan what is new and write it; return the plan as text."""
    page = desk.owner_goes("pay/books/")
    if page.locator("[name=expense]").input_value() == "":
        for use, label in {"expense": "Purchases", "bank": "Checking", "fee": "Bank Charges"}.items():
            page.locator(f"[name={use}]").select_option(label=label)
        press(page, "Save")
    press(page, "Plan what is new")
    plan = str(page.locator("section.card table").first.inner_text())
    press(page, "Write into the books")
    return plan


STATEMENT = """<?xml version='1.0'?>
<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt>
<Stmt><Id>1</Id><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Ntry><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-11-19</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs>
<RltdPties><Cdtr><Nm>Ann Droste</Nm></Cdtr></RltdPties></TxDtls></NtryDtls></Ntry></Stmt>
</BkToCstmrStmt></Document>"""


def bank_said(desk: Desk, minor: int, reference: str, run: str) -> None:
    """Hand the bank's file in, and let it prove the payment."""
    page = desk.owner_goes("bank/new/")
    fill(page, name="ABN AMRO", number=COMPANY_IBAN)
    page.locator("[name=ledger_account]").select_option(label="Checking")
    press(page, "Make it")
    page = desk.owner_goes("bank/")
    amount = f"{minor // 100}.{minor % 100:02d}"
    data = STATEMENT.format(iban=COMPANY_IBAN, amount=amount, reference=reference).encode()
    page.set_input_files("#bank-file", {"name": "bank.xml", "mimeType": "text/xml", "buffer": data})
    press(page, "Hand in")
    press(page, "Import")
    press(goes(page, run), "Look in the bank")


def line_answered(desk: Desk) -> str:
    """Accept what the books suggest for the bank's line; return the line as its account lists it then."""
    page = desk.owner_goes("bank/")
    page.get_by_role("link", name="ABN AMRO").first.click()
    page.locator("a[href*='/bank/lines/']").first.click()
    row = press(page, "Accept").locator("tbody tr", has_text="Ann Droste")
    assert "Bill payment" in row.inner_text()
    return str(row.inner_text())
