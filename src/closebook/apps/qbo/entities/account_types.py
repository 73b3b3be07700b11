"""Sub types of ledger accounts and what follows from giving only one of type and sub type.

Source: QuickBooks Online Accounting API, Account entity, AccountSubType.
"""

from __future__ import annotations

from closebook.core.ledger.account_types import LedgerAccountType

_T = LedgerAccountType

_SUB_TYPES: dict[LedgerAccountType, str] = {
    _T.BANK: "CashOnHand Checking MoneyMarket RentsHeldInTrust Savings TrustAccounts",
    _T.RECEIVABLE: "AccountsReceivable",
    _T.OTHER_CURRENT_ASSET: (
        "EmployeeCashAdvances AllowanceForBadDebts DevelopmentCosts OtherCurrentAssets Inventory"
        " Investment_MortgageRealEstateLoans Investment_Other Investment_TaxExemptSecurities"
        " Investment_USGovernmentObligations LoansToOfficers LoansToOthers LoansToStockholders "
        "PrepaidExpenses"
        " Retainage UndepositedFunds"
    ),
    _T.FIXED_ASSET: (
        "FurnitureAndFixtures AccumulatedDepletion AccumulatedDepreciation AccumulatedAmortization "
        "DepletableAssets"
        " FixedAssetComputers FixedAssetCopiers FixedAssetFurniture FixedAssetPhone FixedAssetPhotoVideo"
        " FixedAssetSoftware FixedAssetOtherToolsEquipment Land LeaseholdImprovements OtherFixedAssets "
        "Buildings"
        " IntangibleAssets MachineryAndEquipment Vehicles"
    ),
    _T.OTHER_ASSET: (
        "Licenses LeaseBuyout OtherLongTermAssets SecurityDeposits AccumulatedAmortizationOfOtherAssets "
        "Goodwill"
        " OrganizationalCosts"
    ),
    _T.PAYABLE: "AccountsPayable",
    _T.CREDIT_CARD: "CreditCard",
    _T.OTHER_CURRENT_LIABILITY: (
        "OtherCurrentLiabilities DirectDepositPayable LineOfCredit LoanPayable GlobalTaxPayable "
        "GlobalTaxSuspense"
        " PayrollClearing PayrollTaxPayable PrepaidExpensesPayable RentsInTrustLiability "
        "TrustAccountsLiabilities"
        " FederalIncomeTaxPayable InsurancePayable SalesTaxPayable StateLocalIncomeTaxPayable"
    ),
    _T.LONG_TERM_LIABILITY: "NotesPayable OtherLongTermLiabilities ShareholderNotesPayable",
    _T.EQUITY: (
        "OpeningBalanceEquity PartnersEquity RetainedEarnings AccumulatedAdjustment OwnersEquity"
        " PaidInCapitalOrSurplus PartnerContributions PartnerDistributions PreferredStock CommonStock "
        "TreasuryStock"
        " EstimatedTaxes Healthcare PersonalIncome PersonalExpense"
    ),
    _T.INCOME: (
        "OtherPrimaryIncome NonProfitIncome SalesOfProductIncome ServiceFeeIncome DiscountsRefundsGiven"
        " UnappliedCashPaymentIncome CashReceiptIncome"
    ),
    _T.OTHER_INCOME: (
        "OtherInvestmentIncome DividendIncome InterestEarned OtherMiscellaneousIncome TaxExemptInterest"
    ),
    _T.COST_OF_GOODS_SOLD: (
        "CostOfLaborCos EquipmentRentalCos OtherCostsOfServiceCos ShippingFreightDeliveryCos "
        "SuppliesMaterialsCogs"
    ),
    _T.EXPENSE: (
        "Travel AdvertisingPromotional BadDebts BankCharges CharitableContributions CommissionsAndFees "
        "Entertainment"
        " EntertainmentMeals EquipmentRental FinanceCosts GlobalTaxExpense Insurance InterestPaid"
        " LegalProfessionalFees OfficeExpenses OfficeGeneralAdministrativeExpenses OtherBusinessExpenses"
        " OtherMiscellaneousServiceCost PromotionalMeals RentOrLeaseOfBuildings RepairMaintenance"
        " ShippingFreightDelivery SuppliesMaterials TravelMeals Utilities Auto CostOfLabor DuesSubscriptions"
        " PayrollExpenses TaxesPaid UnappliedCashBillPaymentExpense CashExpenditureExpense"
    ),
    _T.OTHER_EXPENSE: (
        "Depreciation ExchangeGainOrLoss OtherMiscellaneousExpense PenaltiesSettlements Amortization "
        "GasAndFuel"
        " HomeOffice HomeOwnerRentalInsurance OtherHomeOfficeExpenses MortgageInterest RentAndLease"
        " RepairsAndMaintenance ParkingAndTolls Vehicle VehicleInsurance VehicleLease VehicleLoanInterest "
        "VehicleLoan"
        " VehicleRegistration VehicleRepairs OtherVehicleExpenses WashAndRoadServices"
    ),
}

SUB_TYPES: dict[LedgerAccountType, tuple[str, ...]] = {
    kind: tuple(words.split()) for kind, words in _SUB_TYPES.items()
}
TYPE_OF_SUB_TYPE: dict[str, LedgerAccountType] = {
    word.lower(): kind for kind, words in SUB_TYPES.items() for word in words
}
SUB_TYPE_NAMES: dict[str, str] = {word.lower(): word for words in SUB_TYPES.values() for word in words}
TYPE_NAMES: dict[str, LedgerAccountType] = {kind.value.lower(): kind for kind in LedgerAccountType}
STAND_ALONE = frozenset(
    {
        "OpeningBalanceEquity",
        "UndepositedFunds",
        "RetainedEarnings",
        "ExchangeGainOrLoss",
        "CashReceiptIncome",
        "CashExpenditureExpense",
    }
)
"""Sub types whose ledger accounts neither have nor are sub-accounts."""


def default_sub_type(kind: LedgerAccountType) -> str:
    """Return the sub type that is filled in when only the type is given."""
    return SUB_TYPES[kind][0]
