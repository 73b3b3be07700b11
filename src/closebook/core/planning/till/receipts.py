"""Sales receipts, refund receipts and the payments of split tenders of a till.

A receipt is made out at what the till collected. Its money goes to the clearing ledger account when a card
or wallet paid any of it, else to where the tender went; each other tender is a payment of its own out of
there: cash to the drawer, a gift card against what is owed on gift cards. So the clearing ledger account
keeps what the platform holds and nothing else. Tax stands in lines at the till's own amount: nothing
reckons it again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from closebook.core.commerce.sales import Difference, LineKind, Return, Sale, TaxPart, Tender, TenderKind
from closebook.core.planning.desired import OTHER_CURRENCY, Hold
from closebook.core.planning.documents import Document, DocumentKind, DocumentLine, estimate_key, payment_key
from closebook.core.planning.making import Making
from closebook.core.planning.naming import digest
from closebook.core.planning.profile import TaxRule, TillRole
from closebook.core.planning.tax_check import books_taxes
from closebook.core.planning.till.invoices import invoice_day, invoice_differences, is_invoice, payments_of
from closebook.core.planning.till.settling import Settling, make_move, settling_of

_SERVICE_ITEMS = {LineKind.SERVICE: "service-charge", LineKind.GIFT_CARD: "gift-card", LineKind.TIP: "tip"}


@dataclass(frozen=True, slots=True)
class TaxLines:
    """The tax lines of a sale: (rate, amount) and what the rounding line takes; ``too_much`` is set when it
    would take more than the profile allows.
    """

    lines: tuple[tuple[TaxPart, int], ...]
    rounding_minor: int = 0
    too_much: bool = False


def tax_lines(making_rule: TaxRule, limit_minor: int, sale: Sale) -> TaxLines:
    """Return how a sale's tax is posted under a rule; the lines and the rounding add up to the till's tax."""
    if making_rule is TaxRule.SOURCE:
        return TaxLines(tuple((tax, tax.amount_minor) for tax in sale.taxes))
    books = books_taxes(sale)
    lines = tuple((tax, books[tax.ref]) for tax in sale.taxes)
    rest = sum(tax.amount_minor - books[tax.ref] for tax in sale.taxes)
    return TaxLines(lines, rest, abs(rest) > limit_minor)


def make_sale(making: Making, sale: Sale, *, quoted: bool = False) -> None:
    """Make the receipt of a sale and the payments of its other tenders, or say why it is held.

    What was ``quoted`` is invoiced as what follows the estimate.
    """
    key = sale_key(making.group(sale.order_ref, sale.day))
    as_invoice = is_invoice(sale, key, making.standing)
    hold = _invoice_hold(making, sale, key) if as_invoice else _sale_hold(making, sale, key)
    taxes = tax_lines(making.profile.tax_rule, making.profile.rounding_limit_minor, sale)
    if hold is None and taxes.too_much:
        hold = _tax_hold(making, sale, key, taxes)
    if hold is not None:
        making.holds.append(hold)
        return
    lines = _sale_lines(making, sale, taxes)
    if not lines:
        return
    if as_invoice:
        follows = estimate_key(making.group(sale.order_ref, sale.day)) if quoted else ""
        _make_invoice(making, sale, key, tuple(lines), follows=follows)
        return
    main = _main_account(making, sale.tenders)
    number = making.number("S", sale.order_ref, None)
    memo = making.memo(f"{making.profile.platform} sale: {_named(sale)}", key)
    making.trade.append(
        Document(
            DocumentKind.SALES_RECEIPT, key, sale.day, making.currency, number, memo, main, tuple(lines),
            making.chart.customer(sale if sale.buyer.name else None), "", tuple(sale.source_keys),
        )
    )  # fmt: skip
    _make_tenders(making, f"{key}/", sale, sale.tenders, main, sign=1)


def sale_key(group: str) -> str:
    """Return the key of the sale of a group."""
    return f"{group}/sale"


def make_estimate(making: Making, offer: Sale) -> None:
    """Make the estimate of what was offered, or say why it is held."""
    key = estimate_key(making.group(offer.order_ref, offer.day))
    hold = _invoice_hold(making, offer, key)
    if hold is not None:
        making.holds.append(hold)
        return
    memo = making.memo(f"{making.profile.platform} estimate: {_named(offer)}", key)
    party = making.chart.customer(offer if offer.buyer.name else None)
    making.trade.append(
        Document(
            DocumentKind.ESTIMATE, key, offer.day, making.currency, making.number("E", offer.order_ref, None),
            memo, "", tuple(_goods(making, offer)), party, "", tuple(offer.source_keys),
        )
    )  # fmt: skip


def _make_invoice(
    making: Making, sale: Sale, key: str, lines: tuple[DocumentLine, ...], *, follows: str
) -> None:
    memo = making.memo(f"{making.profile.platform} invoice: {_named(sale)}", key)
    party = making.chart.customer(sale if sale.buyer.name else None)
    making.trade.append(
        Document(
            DocumentKind.INVOICE, key, invoice_day(sale), making.currency,
            making.number("I", sale.order_ref, None), memo, making.chart.receivable, lines, party, "",
            tuple(sale.source_keys), follows,
        )
    )  # fmt: skip
    settling = settling_of(making, sale, key)
    for tender in payments_of(sale, making.profile):
        _make_invoice_payment(making, settling, key, tender)


def _make_invoice_payment(making: Making, settling: Settling, invoice: str, tender: Tender) -> None:
    sale = settling.sale
    key, day = payment_key(invoice, digest(tender.source_key)), tender.day or sale.day
    main = _main_account(making, [tender])
    same = settling.is_same(tender, key)
    if same is not None:
        make_move(making, tender, same, key, main)
        _make_tenders(making, f"{key}/", replace(sale, day=day), [tender], main, sign=1)
        return
    if settling.held(tender, key):
        return
    text = f"{making.profile.platform} payment of order {sale.order_ref}" + (
        f", by {tender.name}" if tender.name else ""
    )
    applied = settling.applied(tender)
    lines = [DocumentLine(applied, text, making.chart.receivable)]
    if tender.amount_minor != applied:
        lines.append(DocumentLine(tender.amount_minor - applied, text, making.chart.receivable))
    making.trade.append(
        Document(
            DocumentKind.PAYMENT, key, day, making.currency,
            making.number_of_row("P", day, digest(tender.source_key)), making.memo(text, key),
            main, tuple(lines),
            making.chart.customer(sale if sale.buyer.name else None), "", (tender.source_key,),
        )
    )  # fmt: skip
    _make_tenders(making, f"{key}/", replace(sale, day=day), [tender], main, sign=1)


def make_return(making: Making, back: Return) -> None:
    """Make the receipt of money given back, on its own day, with the tax that the source names."""
    group = making.group(back.order_ref, back.day)
    key = f"{group}/refund/{digest(back.ref)}"
    hold = _hold_of(making, back, key)
    if hold is not None:
        making.holds.append(hold)
        return
    lines = _return_lines(making, back)
    if not lines:
        return
    main = _main_account(making, back.tenders)
    number = making.number_of_row("R", back.day, digest(back.ref))
    words = f"order {back.order_ref}" if back.order_ref else "a sale that is not named"
    memo = making.memo(f"{making.profile.platform} refund of {words}", key)
    sale = making.order_of(back.order_ref)
    party = making.chart.customer(sale if sale is not None and sale.buyer.name else None)
    making.trade.append(
        Document(
            DocumentKind.REFUND_RECEIPT, key, back.day, making.currency, number, memo, main, tuple(lines),
            party, "", tuple(back.source_keys),
        )
    )  # fmt: skip
    _make_tenders(making, f"{key}/", back, back.tenders, main, sign=-1)
    if not back.parts_known:
        making.notes.append(
            f"Refund of {making.money(back.total_minor)} on {back.day} ({words}): the source does not tell "
            "goods and tax apart, so all of it was posted as a refund."
        )


def _named(sale: Sale) -> str:
    return f"order {sale.order_ref}" + (f", {sale.location}" if sale.location else "")


def _invoice_hold(making: Making, sale: Sale, key: str) -> Hold | None:
    keys = tuple(sale.source_keys)
    if sale.currency != making.currency:
        message = f"It is in {sale.currency}, not in {making.currency}."
        return Hold(key, OTHER_CURRENCY, message, sale.day, sale.total_minor, keys)
    return _difference_hold(making, sale, key, invoice_differences(sale))


def _sale_hold(making: Making, sale: Sale, key: str) -> Hold | None:
    keys, money = tuple(sale.source_keys), making.money
    if sale.owed_minor and sale.total_minor < sale.owed_minor:
        message = (
            f"Order {sale.order_ref}: {money(sale.total_minor)} of {money(sale.owed_minor)} is paid so far. "
            "It was posted as a receipt when all of it was paid."
        )
        return Hold(key, "partly-paid", message, sale.day, sale.total_minor - sale.owed_minor, keys)
    return _hold_of(making, sale, key)


def _hold_of(making: Making, one: Sale | Return, key: str) -> Hold | None:
    """Return the hold of a sale or return in another currency or whose figures do not add up."""
    keys = tuple(one.source_keys)
    if one.currency != making.currency:
        message = f"It is in {one.currency}, not in {making.currency}."
        return Hold(key, OTHER_CURRENCY, message, one.day, one.total_minor, keys)
    found = list(one.differences)
    paid = sum(tender.amount_minor for tender in one.tenders)
    if one.parts_minor != one.total_minor:
        found.append(
            Difference("the receipt's lines and what was collected", one.total_minor, one.parts_minor)
        )
    if paid != one.total_minor:
        found.append(Difference("the tenders and what was collected", one.total_minor, paid))
    return _difference_hold(making, one, key, found)


def _difference_hold(making: Making, one: Sale | Return, key: str, found: list[Difference]) -> Hold | None:
    if not found:
        return None
    keys, money = tuple(one.source_keys), making.money
    said = "; ".join(
        f"{each.rule}: {money(each.found_minor)} instead of {money(each.expected_minor)}, "
        f"{money(each.found_minor - each.expected_minor)} apart"
        for each in found
    )
    difference = found[0].found_minor - found[0].expected_minor
    return Hold(key, "total-differs", f"{_words(one)}: {said}.", one.day, difference, keys)


def _words(one: Sale | Return) -> str:
    return f"Order {one.order_ref}" if isinstance(one, Sale) else f"Refund of order {one.order_ref or '?'}"


def _tax_hold(making: Making, sale: Sale, key: str, taxes: TaxLines) -> Hold:
    money, limit = making.money, making.profile.rounding_limit_minor
    message = (
        f"Order {sale.order_ref}: the till's tax and the books' are {money(taxes.rounding_minor)} apart; the "
        f"profile allows a rounding line of {money(limit)}. Raise rounding_limit_minor, or post the till's "
        "tax (tax_rule=source)."
    )
    return Hold(key, "tax-differs", message, sale.day, taxes.rounding_minor, tuple(sale.source_keys))


def _line(making: Making, item: str, amount_minor: int, description: str) -> DocumentLine:
    account, key = making.chart.lines[item]
    return DocumentLine(amount_minor, description, account, key)


def _sale_lines(making: Making, sale: Sale, taxes: TaxLines) -> list[DocumentLine]:
    lines = _goods(making, sale)
    if sale.discount_minor:
        lines.append(_line(making, "discount", -sale.discount_minor, "Discount"))
    for item, amount, words in (
        ("tip", sale.tip_minor, "Tip"),
        ("rounding", sale.rounding_minor, "Rounding of cash"),
        ("refund", -sale.back_minor, "Given back in the same row"),
    ):
        if amount:
            lines.append(_line(making, item, amount, words))
    lines += [_tax_line(making, tax, amount) for tax, amount in taxes.lines if amount]
    if taxes.rounding_minor:
        lines.append(_line(making, "rounding", taxes.rounding_minor, "Rounding of tax"))
    return lines


def _goods(making: Making, sale: Sale) -> list[DocumentLine]:
    lines = []
    for line in sale.sale_lines:
        if not line.amount_minor:
            continue
        if line.kind is LineKind.ITEM:
            account, item = making.chart.good(line)
            lines.append(DocumentLine(line.amount_minor, line.title, account, item, line.quantity))
        else:
            lines.append(_line(making, _SERVICE_ITEMS[line.kind], line.amount_minor, line.title))
    return lines


def _tax_line(making: Making, tax: TaxPart, amount_minor: int) -> DocumentLine:
    percent = f" {percent_text(tax.percent_micro)}%" if tax.percent_micro else ""
    words = f"{tax.name}{percent}" + (", part of the prices" if tax.inclusive else "")
    return _line(making, "seller-tax", amount_minor, words)


def percent_text(percent_micro: int) -> str:
    """Return a rate as text without needless zeros.

    >>> percent_text(8_250_000), percent_text(20_000_000)
    ('8.25', '20')
    """
    whole, part = divmod(percent_micro, 10**6)
    return f"{whole}.{part:06d}".rstrip("0").rstrip(".")


def _return_lines(making: Making, back: Return) -> list[DocumentLine]:
    lines = []
    for item, amount, words in (
        ("refund", back.goods_minor, f"Refund{': ' + back.reason if back.reason else ''}"),
        ("service-charge", back.service_minor, "Service charge given back"),
        ("gift-card", back.gift_cards_minor, "Gift card taken back"),
        ("tip", back.tip_minor, "Tip given back"),
        ("rounding", back.rounding_minor, "Rounding of cash"),
    ):
        if amount:
            lines.append(_line(making, item, amount, words))
    return lines + [_tax_line(making, tax, tax.amount_minor) for tax in back.taxes if tax.amount_minor]


def _main_account(making: Making, tenders: list[Tender]) -> str:
    """Return where a receipt's money goes: the clearing ledger account when a platform's tender is in it."""
    till = making.chart.till
    kinds = {tender.kind for tender in tenders if tender.amount_minor}
    if TenderKind.PLATFORM not in kinds:
        if TenderKind.CASH in kinds:
            return till[TillRole.CASH]
        if TenderKind.OTHER in kinds:
            return till[TillRole.OTHER_TENDER]
    return making.chart.clearing


def _make_tenders(
    making: Making, prefix: str, one: Sale | Return, tenders: list[Tender], main: str, *, sign: int
) -> None:
    """Make a payment for each tender that did not go where the receipt's money went."""
    till = making.chart.till
    accounts = {
        TenderKind.PLATFORM: making.chart.clearing,
        TenderKind.CASH: till[TillRole.CASH],
        TenderKind.OTHER: till[TillRole.OTHER_TENDER],
        TenderKind.GIFT_CARD: till[TillRole.GIFT_CARDS],
    }
    sums: dict[tuple[TenderKind, str], int] = {}
    for tender in tenders:
        if tender.amount_minor and accounts[tender.kind] != main:
            slot = (tender.kind, tender.name)
            sums[slot] = sums.get(slot, 0) + sign * tender.amount_minor
    for (kind, name), amount in sums.items():
        if amount:
            key = f"{prefix}tender/{kind.value}/{digest(name)}"
            words = f"Paid by {name or kind.value}" if sign > 0 else f"Given back by {name or kind.value}"
            _payment(making, one, key, words, (main, accounts[kind], amount))


def _payment(making: Making, one: Sale | Return, key: str, words: str, sides: tuple[str, str, int]) -> None:
    """Make the payment of one tender: a transfer, or a journal entry where a gift card pays."""
    main, goal, amount = sides
    memo = making.memo(f"{making.profile.platform}: {words}, order {one.order_ref}", key)
    number = making.number_of_row("T", one.day, digest(key))
    keys = tuple(one.source_keys)
    if goal == making.chart.till[TillRole.GIFT_CARDS]:
        lines = (DocumentLine(amount, words, goal), DocumentLine(-amount, words, main))
        document = Document(
            DocumentKind.JOURNAL_ENTRY, key, one.day, making.currency, number, memo, "", lines,
            source_keys=keys,
        )  # fmt: skip
    else:
        source, end = (main, goal) if amount > 0 else (goal, main)
        document = Document(
            DocumentKind.TRANSFER, key, one.day, making.currency, number, memo, source,
            (DocumentLine(abs(amount), words, end),), other_account=end, source_keys=keys,
        )  # fmt: skip
    making.trade.append(document)
