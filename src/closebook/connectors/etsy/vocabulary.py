"""The words of the statement: what a row of some type and title is.

Type words are known in several languages; titles decide within a type. A type that nobody knows is not
guessed: its rows are UNCLASSIFIED and still enter the balance. Item titles are quoted inside fee titles,
so rules that look at the beginning of a title come before those that look for words.
"""

from __future__ import annotations

import re

from closebook.core.commerce.records import FeeKind, MovementKind

_TYPE_WORDS = {
    "sale": "sale sales verkauf verkäufe vente ventes vendita vendite venta ventas verkoop venda vendas"
    " sprzedaż payment-sale",
    "refund": "refund refunds rückerstattung erstattung remboursement rimborso reembolso terugbetaling zwrot",
    "fee": "fee fees gebühr gebühren frais commissione commissioni tariffa tariffe tarifa tarifas comisión"
    " comisiones vergoeding kosten taxa taxas opłata opłaty",
    "marketing": "marketing advertising werbung anzeigen publicité pubblicità publicidad publicidade reklama",
    "tax": "tax taxes steuer steuern umsatzsteuer taxe tassa tasse impuesto impuestos belasting gst hst pst "
    "qst imposto podatek",
    "vat": "vat mwst mwst. ust ust. mehrwertsteuer tva iva btw",
    "label": "shipping postage postage-label postage-labels shipping-label shipping-labels delivery"
    " versand porto "
    "versandetikett versandetiketten livraison expédition spedizione envío verzending envio wysyłka",
    "payment": "payment payments zahlung paiement pagamento pago betaling płatność",
    "deposit": "deposit deposits payout payouts auszahlung einzahlung überweisung"
    " versement virement versamento "
    "accredito depósito ingreso storting uitbetaling wypłata",
    "levy": "buyer-fee buyer-fees käufergebühr",
}
_TYPES = {word: kind for kind, words in _TYPE_WORDS.items() for word in words.split()}

_EXACT_SHIPPING = frozenset(
    ["shipping", "postage", "delivery", "versand", "livraison", "spedizione", "envío", "verzending", "envio"]
)
_TRANSACTION_FEE = re.compile(
    r"(?:credit for )?(?:shipping )?transaction fee(?: credit)?(?:\s*:\s*| on | for )"
    r"|(?:transaktionsgebühr(?:en)?|frais de transaction|commissioni? (?:di|sulla) transazione"
    r"|(?:tarifa|comisión) de transacción|transactiekosten|taxa de transação|opłata transakcyjna)\s*:\s*"
)
_BUYER_TAX = re.compile(
    r"paid by (?:the )?buyer|buyer[- ]paid|(?:to|from) (?:the )?buyer|vom käufer|an (?:den )?käufer"
    r"|(?:par|à) l['’]acheteur|(?:dall|all)['’]acquirente|(?:por el|al) comprador|(?:door|aan) (?:de )?koper"
    r"|(?:pelo|ao) comprador|przez kupującego"
)
_BUYER_LEVY = re.compile(r"paid by (?:the )?buyer")
_BARE_SALES_TAX = re.compile(r"(?:refund of |credit for )?sales tax(?: collected.*)?")
_FEE_TAX = re.compile(r"tax on (?:seller |etsy )?fees")
_FEE_WORDS = (
    (FeeKind.OFFSITE_ADS, "offsite ad|externe anzeigen|offsite-ads|annonces hors site|anuncios externos"),
    (FeeKind.SHARE_AND_SAVE, "share & save|share and save|share &amp; save"),
    (FeeKind.REGULATORY, "regulator|behördlich|gesetzlich|réglement|normativ|reglament|wettelijk"),
    (FeeKind.SHIPPING_TRANSACTION, "shipping transaction|shipping_transaction|postage transaction"),
    (
        FeeKind.TRANSACTION,
        "transaction fee|transaktionsgebühr|frais de transaction|transazione|transacción|transactiek|transaç",
    ),
    (
        FeeKind.PROCESSING,
        "processing fee|payment processing|bearbeitungsgebühr|zahlungsbearbeitung|zahlungsabwicklung",
    ),
    (FeeKind.PROCESSING, "traitement|elaborazione|procesamiento|verwerking|processamento|przetwarzani"),
    (
        FeeKind.LISTING,
        "listing fee|listing|auto-renew|renewal|renew sold|multi-quantity|einstellgebühr|angebotsgebühr",
    ),
    (FeeKind.LISTING, "mise en vente|inserzione|publicación|plaatsing|anúncio|wystawieni"),
    (FeeKind.SUBSCRIPTION, "etsy plus|subscription|abonnement|pattern by etsy"),
    (FeeKind.ADS, "etsy ads|promoted listing|google shopping|etsy-ads"),
    (
        FeeKind.SHIPPING_LABEL,
        "shipping label|postage label|return label|versandetikett|étiquette|etichetta|etiqueta",
    ),
)
_FEE_PATTERNS = tuple(
    (kind, re.compile("|".join(re.escape(word) for word in words.split("|")))) for kind, words in _FEE_WORDS
)
_FIRST_RULES = tuple(pair for pair in _FEE_PATTERNS if pair[0] in {FeeKind.SUBSCRIPTION, FeeKind.ADS})
_RETURNED = re.compile(
    r"return|reject|fail|bounced|zurück|rückbuchung|retour|rifiutat|restituit|devuelt|devolvid|renvoy|zwróc"
)
_CARD = re.compile(r"card payment|bill payment|kartenzahlung|payment received|bill paid|manual payment")
_CARD_INFO = re.compile(
    r"\b(?:ending in|endet auf|endend auf)\b|\b(?:visa|mastercard|american express|amex|paypal|discover)\b"
)
_REFUND_FUNDING = re.compile(r"charge for refund|refund charge|belastung für (?:rück)?erstattung")

Meaning = tuple[MovementKind, FeeKind | None]
_UNKNOWN: Meaning = (MovementKind.UNCLASSIFIED, None)


def type_of(text: str) -> str:
    """Return the group of a type word (``sale``, ``fee``, ``label`` …), or "" when nobody knows it.

    >>> type_of("Postage Label"), type_of("VAT"), type_of("Reserve")
    ('label', 'vat', '')
    """
    return _TYPES.get("-".join(text.casefold().split()), "")


class TypeReader(dict[str, str]):
    """Maps the text of a type to its group and remembers it."""

    def __missing__(self, text: str) -> str:
        """Read a new text."""
        self[text] = found = type_of(text)
        return found


def meaning_of(type_word: str, title: str, info: str, *, incoming: bool) -> Meaning:
    """Return what a row is; ``incoming`` tells that it adds to the balance.

    ``type_word`` is what ``type_of`` returned.
    """
    folded = " ".join(title.casefold().split())
    match type_word:
        case "sale":
            return MovementKind.SALE, None
        case "refund":
            return MovementKind.REFUND, None
        case "levy":
            return MovementKind.BUYER_LEVY, None
        case "deposit":
            returned = incoming or _RETURNED.search(folded)
            return (MovementKind.RETURNED_PAYOUT if returned else MovementKind.PAYOUT), None
        case "payment":
            return _payment(folded, info.casefold())
        case "tax" | "vat":
            return _tax(type_word, folded)
        case "label":
            return MovementKind.FEE, FeeKind.SHIPPING_LABEL
        case "marketing" | "fee":
            return _charge(type_word, folded)
    return _UNKNOWN


def _payment(title: str, info: str) -> Meaning:
    if _REFUND_FUNDING.search(title):
        return MovementKind.REFUND_FUNDING, None
    if _CARD.search(title) or _CARD_INFO.search(info):
        return MovementKind.CARD_PAYMENT, None
    return _UNKNOWN


def _tax(type_word: str, title: str) -> Meaning:
    """Tax of the buyer passes through; tax on Etsy's own services is a cost of the shop."""
    if _BUYER_TAX.search(title) or _BARE_SALES_TAX.fullmatch(title):
        return MovementKind.MARKETPLACE_TAX, None
    if type_word == "vat":
        return MovementKind.FEE, FeeKind.VAT_ON_FEES
    head, colon, _ = title.partition(":")
    own = (colon and type_of(head) in {"tax", "vat"}) or _FEE_TAX.search(title)
    return (MovementKind.FEE, FeeKind.TAX_ON_FEES) if own else _UNKNOWN


def _charge(type_word: str, title: str) -> Meaning:
    quoted = _TRANSACTION_FEE.match(title)
    if not quoted and _BUYER_LEVY.search(title):
        return MovementKind.BUYER_LEVY, None
    return MovementKind.FEE, _fee(type_word, title)


def _fee(type_word: str, title: str) -> FeeKind:
    quoted = _TRANSACTION_FEE.match(title)
    if quoted:
        about = title[quoted.end() :].strip()
        return FeeKind.SHIPPING_TRANSACTION if about in _EXACT_SHIPPING else FeeKind.TRANSACTION
    rules = (*_FIRST_RULES, *_FEE_PATTERNS) if type_word == "marketing" else _FEE_PATTERNS
    if type_word == "marketing" and _FEE_PATTERNS[0][1].search(title):
        return FeeKind.OFFSITE_ADS
    return next((kind for kind, pattern in rules if pattern.search(title)), FeeKind.OTHER)
