"""The posting profile: how the business of one connection becomes documents in the books.

A profile is a value. A change makes a new version; the mode is a property of a range of days, so that a month
can be posted per sale and the next one per payout, and changed back.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from closebook.core.commerce.records import FeeKind
from closebook.core.errors import InputError
from closebook.core.ledger.account_types import LedgerAccountType, is_balance_sheet
from closebook.core.planning.naming import NAME_LENGTH, clean_name, digest, list_key
from closebook.core.planning.rails import Rails


class Mode(StrEnum):
    """How the sales, refunds, taxes and fees of a day are posted."""

    PER_SALE = "per-sale"  # a document for each
    PER_PAYOUT = "per-payout"  # one journal entry per settlement and month


class CustomerPolicy(StrEnum):
    """Whose name a sale carries in the books."""

    PER_BUYER = "per-buyer"
    ONE_CUSTOMER = "one-customer"


class ItemPolicy(StrEnum):
    """Which items the lines of a sale name in the books."""

    ONE_ITEM = "one-item"  # the profile's item for sales; the line says what was sold
    PER_ITEM = "per-item"  # one item in the books for each of the catalogue


class FeePolicy(StrEnum):
    """What the lines of a fee name in the books."""

    BY_LEDGER_ACCOUNT = "by-ledger-account"
    BY_ITEM = "by-item"  # a service item for each kind of fee, bought on the kind's ledger account


class TaxRule(StrEnum):
    """Whose tax is posted when the platform's differs from what the books reckon."""

    SOURCE = "source"  # the platform's, as a fixed amount: nothing is reckoned again
    BOOKS = "books"  # what the books reckon on the document; the cents between stand in a line of their own


class TillRole(StrEnum):
    """What a ledger account of a till is for, beside the roles of every platform."""

    CASH = "cash"
    OTHER_TENDER = "other-tender"
    GIFT_CARDS = "gift-cards"
    TIPS = "tips"
    SERVICE_CHARGES = "service-charges"
    ROUNDING = "rounding"
    RESERVE = "reserve"
    DISPUTES = "disputes"
    DISPUTE_LOSSES = "dispute-losses"
    LOAN = "loan"
    SAVINGS = "savings"
    PAYROLL = "payroll"


FEE_WORDS: dict[FeeKind, str] = {
    FeeKind.TRANSACTION: "Transaction fees",
    FeeKind.SHIPPING_TRANSACTION: "Transaction fees on shipping",
    FeeKind.PROCESSING: "Payment processing fees",
    FeeKind.LISTING: "Listing fees",
    FeeKind.REGULATORY: "Regulatory operating fees",
    FeeKind.ADS: "Ads",
    FeeKind.OFFSITE_ADS: "Offsite ads",
    FeeKind.SHIPPING_LABEL: "Shipping labels",
    FeeKind.SUBSCRIPTION: "Subscription",
    FeeKind.SHARE_AND_SAVE: "Share and Save",
    FeeKind.VAT_ON_FEES: "VAT on fees",
    FeeKind.TAX_ON_FEES: "Tax on fees",
    FeeKind.OTHER: "Other fees",
}
"""What a line of a fee says."""

RECEIVABLE = "receivable"
"""The role of the ledger account on which unpaid invoices stand; a profile may leave it out."""


class Role(StrEnum):
    """What a ledger account is for; the fee kinds have roles of their own (``fee_role``)."""

    CLEARING = "clearing"
    INCOME = "income"
    SHIPPING_INCOME = "shipping-income"
    OTHER_INCOME = "other-income"
    DISCOUNTS = "discounts"
    REFUNDS = "refunds"
    TAX_IN_TRANSIT = "tax-in-transit"
    SELLER_TAX = "seller-tax"
    BANK = "bank"
    CARD = "card"
    UNCLASSIFIED = "unclassified"
    OPENING = "opening"


def fee_role(kind: FeeKind) -> str:
    """Return the role of the ledger account for a kind of fee, such as ``fee:listing``."""
    return f"fee:{kind.value}"


ROLES: tuple[str, ...] = (*(role.value for role in Role), *(fee_role(kind) for kind in FeeKind))
"""All roles that a profile maps."""

ITEM_ROLES: dict[str, Role] = {
    "sale": Role.INCOME,
    "shipping": Role.SHIPPING_INCOME,
    "gift-wrap": Role.OTHER_INCOME,
    "discount": Role.DISCOUNTS,
    "refund": Role.REFUNDS,
    "seller-tax": Role.SELLER_TAX,
    "tax-in-transit": Role.TAX_IN_TRANSIT,
}
"""The items of receipts' lines, each with the role of its ledger account."""

TILL_ITEM_ROLES: dict[str, TillRole] = {
    "tip": TillRole.TIPS,
    "service-charge": TillRole.SERVICE_CHARGES,
    "gift-card": TillRole.GIFT_CARDS,
    "rounding": TillRole.ROUNDING,
}
"""The items of a till's receipts beside those of every platform."""

_TILL_MONEY = (
    TillRole.CASH, TillRole.OTHER_TENDER, TillRole.GIFT_CARDS, TillRole.RESERVE, TillRole.DISPUTES,
    TillRole.LOAN, TillRole.SAVINGS, TillRole.PAYROLL,
)  # fmt: skip
_MOST_ROUNDING = 100

_MONEY_ROLES = (Role.CLEARING, Role.BANK, Role.CARD)


@dataclass(frozen=True, slots=True)
class LedgerAccountUse:
    """A ledger account of the books by name; it is made with these types when it is missing.

    ``parent`` is the path of its parent (``Etsy`` or ``Fees:Etsy``) or "". A parent has the same type as its
    child.
    """

    name: str
    type: LedgerAccountType
    sub_type: str = ""
    parent: str = ""

    @property
    def path(self) -> str:
        """Return the full name, such as ``Etsy:The Shop``."""
        return f"{self.parent}:{self.name}" if self.parent else self.name

    @property
    def key(self) -> str:
        """Return the key under which documents use it: another name is another ledger account."""
        return list_key("ledger-account", self.path)


_RECEIVABLE = LedgerAccountUse(
    "Accounts Receivable (A/R)", LedgerAccountType.RECEIVABLE, "AccountsReceivable"
)
RECEIVABLE_KEY = _RECEIVABLE.key
"""The key of the ledger account of unpaid invoices, unless a profile names another."""


@dataclass(frozen=True, slots=True)
class ModeRange:
    """The mode from ``start`` (None: from the beginning) to ``end`` (None: from then on), both included."""

    mode: Mode
    start: dt.date | None = None
    end: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """How one connection is posted.

    ``connection`` stands in every memo's marker. ``since`` is the cut-off: nothing dated earlier is posted,
    and ``opening_minor`` is what the platform held at its start. ``until`` is the last day of the profile's
    validity. ``ledger_accounts`` maps each of ``ROLES``, ``items`` maps each of ``ITEM_ROLES`` to a name.
    Days outside every mode range are posted per sale. ``customer`` is the name that is used without a known
    buyer, ``vendor`` the payee of fees. ``number_prefix`` is one to three letters.

    Under ``FeePolicy.BY_ITEM`` ``items`` may name the item of a kind of fee, by ``fee_role``; see
    ``fee_item``. A till's profile maps each ``TillRole`` and each of ``TILL_ITEM_ROLES`` too.
    ``rounding_limit_minor`` is the most that a rounding line may hold under ``TaxRule.BOOKS``; a sale that
    would need more is held.
    """

    connection: str
    shop: str
    currency: str
    ledger_accounts: dict[str, LedgerAccountUse]
    items: dict[str, str]
    version: int = 1
    platform: str = "Etsy"
    since: dt.date | None = None
    until: dt.date | None = None
    opening_minor: int = 0
    modes: tuple[ModeRange, ...] = ()
    customer_policy: CustomerPolicy = CustomerPolicy.PER_BUYER
    customer: str = "Etsy buyers"
    vendor: str = "Etsy"
    number_prefix: str = "E"
    rails: Rails = field(default_factory=Rails)
    item_policy: ItemPolicy = ItemPolicy.ONE_ITEM
    fee_policy: FeePolicy = FeePolicy.BY_LEDGER_ACCOUNT
    tax_rule: TaxRule = TaxRule.SOURCE
    rounding_limit_minor: int = 0

    @property
    def is_till(self) -> bool:
        """Tell whether the profile can post the business of a till."""
        return all(role in self.ledger_accounts for role in TillRole)

    def mode_on(self, day: dt.date) -> Mode:
        """Return the mode of a day: that of the last range that holds it, else per sale."""
        for part in reversed(self.modes):
            if (part.start is None or part.start <= day) and (part.end is None or day <= part.end):
                return part.mode
        return Mode.PER_SALE

    def covers(self, day: dt.date) -> bool:
        """Tell whether a day lies between the cut-off and the end of the validity."""
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)

    def ledger_account(self, role: str) -> LedgerAccountUse:
        """Return the ledger account of a role; InputError when the profile has none."""
        use = self.ledger_accounts.get(role) or (_RECEIVABLE if role == RECEIVABLE else None)
        if use is None:
            raise _wrong(f"ledger_accounts.{role}", "is missing")
        return use

    def fee_item(self, kind: FeeKind) -> str:
        """Return the name of the service item of a kind of fee, such as ``Square fees``."""
        usual = "fees" if kind is FeeKind.PROCESSING else FEE_WORDS[kind].lower()
        return self.items.get(fee_role(kind)) or clean_name(f"{self.platform} {usual}")

    def check(self) -> None:
        """Raise InputError, naming the field, when the profile cannot be used."""
        _check_texts(self)
        for role in ROLES:
            _check_use(role, self.ledger_account(role))
        _check_items(self)
        _check_money(self)
        _check_days(self)
        _check_till(self)


class ProfileError(InputError):
    """A field of a profile that cannot be used: ``field`` is its path, such as ``rails.max_removed`` ("" for
    the whole), ``what`` what is wrong with it, as the end of a sentence.
    """

    def __init__(self, field: str, what: str, remedy: str = "") -> None:
        """Make the message of the field and what is wrong with it."""
        super().__init__("wrong-profile", f"The profile's {field or 'JSON'} {what}.", remedy=remedy)
        self.field, self.what = field, what


def _wrong(where: str, what: str, remedy: str = "") -> InputError:
    return ProfileError(where, what, remedy)


def _check_texts(profile: Profile) -> None:
    if not profile.connection or any(mark in profile.connection for mark in " :]\t\n"):
        raise _wrong("connection", "must be a word without blanks and colons")
    if not 1 <= len(profile.number_prefix) <= 3 or not profile.number_prefix.isalnum():
        raise _wrong("number_prefix", "must be one to three letters or digits")
    for where, name in (("customer", profile.customer), ("vendor", profile.vendor)):
        if name != clean_name(name) or not name:
            raise _wrong(where, "is not a name", "Use no colon, quote or double blank.")
    if profile.customer.casefold() == profile.vendor.casefold():
        raise _wrong("vendor", "is the same name as the customer")


def _check_use(role: str, use: LedgerAccountUse) -> None:
    names = [use.name, *(use.parent.split(":") if use.parent else [])]
    for name in names:
        if not name or name != clean_name(name) or len(name) > NAME_LENGTH:
            raise _wrong(
                f"ledger_accounts.{role}", f"has the name {name!r}", "Use no colon, quote or double blank."
            )


def _check_items(profile: Profile) -> None:
    used: dict[str, str] = {}
    roles = {**ITEM_ROLES, **(TILL_ITEM_ROLES if profile.is_till else {})}
    for item, role in roles.items():
        name = profile.items.get(item, "")
        if not name or name != clean_name(name):
            raise _wrong(f"items.{item}", f"has the name {name!r}", "Use no colon, quote or double blank.")
        key = profile.ledger_account(role).key
        if used.setdefault(name.casefold(), key) != key:
            raise _wrong(f"items.{item}", "has the name of an item with another ledger account")
    if profile.fee_policy is FeePolicy.BY_ITEM:
        _check_fee_items(profile, used)


def _check_fee_items(profile: Profile, used: dict[str, str]) -> None:
    for kind in FeeKind:
        name, where = profile.fee_item(kind), f"items.{fee_role(kind)}"
        if name != clean_name(name):
            raise _wrong(where, f"has the name {name!r}", "Use no colon, quote or double blank.")
        key = profile.ledger_account(fee_role(kind)).key
        if used.setdefault(name.casefold(), f"bought:{key}") != f"bought:{key}":
            raise _wrong(where, "has the name of an item with another ledger account")


def _check_money(profile: Profile) -> None:
    for role in _MONEY_ROLES:
        if not is_balance_sheet(profile.ledger_account(role).type):
            raise _wrong(f"ledger_accounts.{role}", "must be a balance sheet ledger account")
    keys = {profile.ledger_account(role).key for role in _MONEY_ROLES}
    if len(keys) < len(_MONEY_ROLES):
        raise _wrong("ledger_accounts", "use one ledger account for two of clearing, bank and card")
    others = {profile.ledger_account(role).key for role in ROLES if role not in _MONEY_ROLES}
    if profile.ledger_account(Role.CLEARING).key in others:
        raise _wrong("ledger_accounts.clearing", "is used for another role too")


def _check_days(profile: Profile) -> None:
    if profile.opening_minor and profile.since is None:
        raise _wrong(
            "opening_minor", "needs the day since which it counts", "Give the profile a cut-off day (since)."
        )
    if profile.since and profile.until and profile.until < profile.since:
        raise _wrong("until", "lies before since")
    for index, part in enumerate(profile.modes):
        if part.start and part.end and part.end < part.start:
            raise _wrong(f"modes.{index}", "ends before it starts")


def _check_till(profile: Profile) -> None:
    if not 0 <= profile.rounding_limit_minor <= _MOST_ROUNDING:
        raise _wrong("rounding_limit_minor", f"must be 0 to {_MOST_ROUNDING}", "Rounding is a few cents.")
    if not profile.is_till:
        return
    if any(part.mode is not Mode.PER_SALE for part in profile.modes):
        raise _wrong("modes", "must be per sale for a till", "Choose per-sale.")
    clearing = profile.ledger_account(Role.CLEARING).key
    if profile.ledger_account(RECEIVABLE).type is not LedgerAccountType.RECEIVABLE:
        raise _wrong(f"ledger_accounts.{RECEIVABLE}", "must be a ledger account of receivables")
    for role in TillRole:
        use = profile.ledger_account(role)
        _check_use(role, use)
        if use.key == clearing:
            raise _wrong(f"ledger_accounts.{role}", "is the clearing ledger account too")
        if role in _TILL_MONEY and not is_balance_sheet(use.type):
            raise _wrong(f"ledger_accounts.{role}", "must be a balance sheet ledger account")


_T = LedgerAccountType
_COMMISSION = "OtherMiscellaneousServiceCost"


def _fee_accounts(platform: str) -> dict[str, LedgerAccountUse]:
    fees = f"{platform} fees"

    def fee(name: str, parent: str = fees, sub_type: str = _COMMISSION) -> LedgerAccountUse:
        return LedgerAccountUse(name, _T.EXPENSE, sub_type, parent)

    advertising = "AdvertisingPromotional"
    return {
        fee_role(FeeKind.TRANSACTION): fee("Transaction fees"),
        fee_role(FeeKind.SHIPPING_TRANSACTION): fee("Transaction fees on shipping"),
        fee_role(FeeKind.PROCESSING): fee("Payment processing fees"),
        fee_role(FeeKind.LISTING): fee("Listing fees"),
        fee_role(FeeKind.REGULATORY): fee("Regulatory operating fees"),
        fee_role(FeeKind.ADS): fee(f"{platform} Ads", "Advertising", advertising),
        fee_role(FeeKind.OFFSITE_ADS): fee("Offsite Ads", "Advertising", advertising),
        fee_role(FeeKind.SHIPPING_LABEL): fee("Shipping and delivery expense", "", "ShippingFreightDelivery"),
        fee_role(FeeKind.SUBSCRIPTION): fee("Subscription fees"),
        fee_role(FeeKind.SHARE_AND_SAVE): fee("Share and Save credits"),
        fee_role(FeeKind.VAT_ON_FEES): fee("VAT on fees"),
        fee_role(FeeKind.TAX_ON_FEES): fee("Tax on fees"),
        fee_role(FeeKind.OTHER): fee("Other fees"),
    }


def _accounts(platform: str, shop: str) -> dict[str, LedgerAccountUse]:
    use = LedgerAccountUse
    liability = _T.OTHER_CURRENT_LIABILITY
    return {
        Role.CLEARING: use(shop, _T.BANK, "Checking", platform),
        Role.INCOME: use("Sales", _T.INCOME, "SalesOfProductIncome"),
        Role.SHIPPING_INCOME: use("Shipping Income", _T.INCOME, "OtherPrimaryIncome"),
        Role.OTHER_INCOME: use("Gift Wrap Income", _T.INCOME, "OtherPrimaryIncome"),
        Role.DISCOUNTS: use("Discounts given", _T.INCOME, "DiscountsRefundsGiven"),
        Role.REFUNDS: use("Refunds-Allowances", _T.INCOME, "DiscountsRefundsGiven"),
        Role.TAX_IN_TRANSIT: use(f"{platform} tax in transit", liability, "OtherCurrentLiabilities"),
        Role.SELLER_TAX: use(f"{platform} sales tax to remit", liability, "OtherCurrentLiabilities"),
        Role.BANK: use("Checking", _T.BANK, "Checking"),
        Role.CARD: use("Credit Card", _T.CREDIT_CARD, "CreditCard"),
        Role.UNCLASSIFIED: use(f"{platform} unclassified", _T.OTHER_CURRENT_ASSET, "OtherCurrentAssets"),
        Role.OPENING: use("Opening Balance Equity", _T.EQUITY, "OpeningBalanceEquity"),
        **_fee_accounts(platform),
    }


def _till_accounts(platform: str) -> dict[str, LedgerAccountUse]:
    use, liability, asset = LedgerAccountUse, _T.OTHER_CURRENT_LIABILITY, _T.OTHER_CURRENT_ASSET
    owed, held = "OtherCurrentLiabilities", "OtherCurrentAssets"
    return {
        Role.SELLER_TAX: use(f"{platform} sales tax to remit", liability, owed),
        TillRole.CASH: use("Cash on hand", _T.BANK, "CashOnHand"),
        TillRole.OTHER_TENDER: use(f"{platform} other tenders", asset, held),
        TillRole.GIFT_CARDS: use("Gift cards outstanding", liability, owed),
        TillRole.TIPS: use("Tips to pay out", liability, owed),
        TillRole.SERVICE_CHARGES: use("Service charges", _T.INCOME, "ServiceFeeIncome"),
        TillRole.ROUNDING: use("Rounding of sales", _T.INCOME, "OtherPrimaryIncome"),
        TillRole.RESERVE: use(f"{platform} reserve", asset, held),
        TillRole.DISPUTES: use(f"{platform} disputes", asset, held),
        TillRole.DISPUTE_LOSSES: use("Disputes lost", _T.EXPENSE, _COMMISSION, f"{platform} fees"),
        TillRole.LOAN: use(f"{platform} loan", liability, "LoanPayable"),
        TillRole.SAVINGS: use(f"{platform} savings", _T.BANK, "Savings"),
        TillRole.PAYROLL: use(f"{platform} payroll", asset, held),
    }


def _items(platform: str, *, till: bool) -> dict[str, str]:
    found = {
        "sale": f"{platform} sale",
        "shipping": f"{platform} shipping",
        "gift-wrap": f"{platform} gift wrap",
        "discount": f"{platform} discount",
        "refund": f"{platform} refund",
        "seller-tax": f"{platform} sales tax to remit",
        "tax-in-transit": f"{platform} tax in transit",
    }
    if till:
        more = {"tip": "tip", "service-charge": "service charge", "gift-card": "gift card"}
        found |= {item: f"{platform} {words}" for item, words in more.items()}
        found["rounding"] = f"{platform} rounding"
    return found


def default_profile(
    shop: str,
    currency: str,
    *,
    connection: str = "",
    platform: str = "Etsy",
    mode: Mode = Mode.PER_SALE,
    since: dt.date | None = None,
    opening_minor: int = 0,
    till: bool = False,
) -> Profile:
    """Return the profile with which most shops start; it is checked.

    ``connection`` is the word in the markers: without it, one made of the shop's name. ``till`` adds what a
    till needs: cash, tips, gift cards and what else its balance may hold.
    """
    name = clean_name(shop) or platform
    word = connection or "-".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())
    uses = {**_accounts(platform, name), **(_till_accounts(platform) if till else {})}
    profile = Profile(
        connection=word or digest(name),
        shop=name,
        currency=currency,
        ledger_accounts={str(role): use for role, use in uses.items()},
        items=_items(platform, till=till),
        platform=platform,
        since=since,
        opening_minor=opening_minor,
        modes=(ModeRange(mode),),
        customer=f"{platform} buyers",
        vendor=platform,
        number_prefix=platform[:2].upper() if till else "E",
        item_policy=ItemPolicy.PER_ITEM if till else ItemPolicy.ONE_ITEM,
    )
    profile.check()
    return profile
