"""The fault of the accounting service, and a constructor for each code that it answers with.

Source: QuickBooks Online Accounting API, error codes; the messages are constants of the protocol.
"""

from __future__ import annotations

from typing import Any

VALIDATION = "ValidationFault"
SYSTEM = "SystemFault"


class Fault(Exception):  # noqa: N818 - the protocol's own word
    """A refusal of the accounting service; ``errors`` holds one dict for each reason."""

    def __init__(
        self,
        code: str,
        message: str,
        detail: str = "",
        element: str | None = None,
        *,
        type: str = VALIDATION,  # noqa: A002 - the member's name at the wire
        status: int = 400,
    ) -> None:
        """Keep the one error; more can be added with ``also``."""
        super().__init__(f"{code} {message}: {detail}")
        self.code, self.message, self.detail, self.element = code, message, detail, element
        self.type, self.status = type, status
        self.errors = [self._error()]

    def _error(self) -> dict[str, str]:
        error = {"Message": self.message, "Detail": self.detail or self.message, "code": self.code}
        if self.element is not None:
            error["element"] = self.element
        return error

    def also(self, other: Fault) -> Fault:
        """Return this fault with the other's reasons added."""
        self.errors.extend(other.errors)
        return self

    def as_body(self) -> dict[str, Any]:
        """Return the value of the member ``Fault``."""
        return {"Error": self.errors, "type": self.type}


def malformed(detail: str) -> Fault:
    """Return 400: the request as a whole cannot be taken."""
    return Fault("400", "MalformedRequest", detail)


def unsupported_operation(detail: str) -> Fault:
    """Return 500: an operation that this object does not have (HTTP 400)."""
    return Fault("500", "Unsupported Operation", detail)


def duplicate_request_id(request_id: str) -> Fault:
    """Return 600: the request id was used before for another request."""
    return Fault(
        "600", "Duplicate Request ID", f"The request ID {request_id} was used for a different request", ""
    )


_INACTIVE_TEXT = (
    "Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)


def not_found(detail: str = f"Object Not Found : {_INACTIVE_TEXT}") -> Fault:
    """Return 610: no such object, or an inactive one."""
    return Fault("610", "Object Not Found", detail, "")


def deleted_transaction() -> Fault:
    """Return 610 for a transaction that is gone."""
    return not_found("Object Not Found : Another user has deleted this transaction.")


def cannot_link(wire_id: str) -> Fault:
    """Return 620: the transaction cannot be linked."""
    return Fault("620", "Transaction can't be linked", f"Transaction can't be linked : {wire_id}", "")


def parent_is_child(detail: str) -> Fault:
    """Return 900: a parent may not lie below its own child."""
    return Fault("900", "Parent cannot be child", detail, "ParentRef")


def batch_too_large(limit: int) -> Fault:
    """Return 1040: more batch items than allowed."""
    message = "Batch size exceeds allowed limit"
    return Fault("1040", message, f"Maximum number of batch items is {limit}")


def unknown_object(name: str) -> Fault:
    """Return 2000: no such kind of object."""
    return Fault("2000", "Invalid or unsupported object name", f"Object name {name} is not supported")


_UNSUPPORTED = "Request has invalid or unsupported property"
_NOT_PARSED = "Property Name:failed to parse json object; a property specified is unsupported or invalid"


def unsupported_property(name: str) -> Fault:
    """Return 2010: an unknown field, a wrong JSON type or a bad enumeration word. The service's own sentence
    comes first, since programs compare it; the member's name follows.
    """
    return Fault("2010", _UNSUPPORTED, f"{_NOT_PARSED} : {name}" if name else _NOT_PARSED, name)


def unreadable_json() -> Fault:
    """Return 2010 for a body that is no JSON object."""
    return Fault("2010", _UNSUPPORTED, _NOT_PARSED)


def required(name: str) -> Fault:
    """Return 2020: a required field is missing."""
    return required_text(f"Required parameter {name} is missing in the request", name)


def required_text(detail: str, element: str) -> Fault:
    """Return 2020 with a sentence of its own."""
    message = "Required param missing, need to supply the required value for the API"
    return Fault("2020", message, detail, element)


def invalid_id(value: object) -> Fault:
    """Return 2030: an id that is no number."""
    return Fault("2030", "Invalid ID", f"Id should be a valid number. Supplied value:{value}", "Id")


def invalid_characters(element: str) -> Fault:
    """Return 2040: characters that the field may not hold."""
    return Fault("2040", "Invalid String", "Element contains invalid characters", element)


def wrong_length(element: str, low: int, high: int, supplied: int) -> Fault:
    """Return 2050: a text that is too short or too long."""
    message = "String length is either shorter or longer than supported by specification"
    detail = (
        "String length specified does not match the supported length. "
        f"Min:{low} Max:{high:,} supported. Supplied length:{supplied:,}"
    )
    return Fault("2050", message, detail, element)


def invalid_date(value: object, element: str) -> Fault:
    """Return 2060: not a date."""
    return Fault(
        "2060", "Invalid Date", f"Date should be in the format YYYY-MM-DD. Supplied value:{value}", element
    )


def invalid_number(value: object, element: str) -> Fault:
    """Return 2090: not a number, or one out of its range."""
    return Fault(
        "2090", "Invalid Number", f"{element} should be a valid number. Supplied value:{value}", element
    )


def invalid_request_id() -> Fault:
    """Return 2130: a request id that is too long or malformed."""
    return Fault(
        "2130", "Invalid Request Id", "The request ID must have 1 to 50 printable characters", "requestid"
    )


def invalid_amount(value: object, element: str) -> Fault:
    """Return 2140: not an amount of money."""
    return Fault(
        "2140", "Invalid Amount", f"{element} should be a valid amount. Supplied value:{value}", element
    )


def invalid_enumeration(value: object, element: str) -> Fault:
    """Return 2170: a word that is not in the field's list."""
    return Fault(
        "2170", "Invalid Enumeration", f"{element} has an unsupported value. Supplied value:{value}", element
    )


def invalid_url(value: object, element: str) -> Fault:
    """Return 2200: not a web address."""
    return Fault("2200", "Invalid URL", f"URL is not valid. Supplied value:{value}", element)


def invalid_email(value: object, element: str) -> Fault:
    """Return 2210: not an e-mail address."""
    detail = f"Email Address does not conform to the syntax rules of RFC 822. Supplied value:{value}"
    return Fault("2210", "Invalid Email Address format", detail, element)


def invalid_currency(value: object, element: str = "CurrencyRef") -> Fault:
    """Return 2220: a currency that the company does not have."""
    return Fault("2220", "Invalid Currency", f"Currency is not supported. Supplied value:{value}", element)


def invalid_boolean(value: object, element: str) -> Fault:
    """Return 2230: neither true nor false."""
    return Fault(
        "2230", "Invalid Boolean", f"{element} should be true or false. Supplied value:{value}", element
    )


def invalid_reference(noun: str, wire_id: object) -> Fault:
    """Return 2500: the referenced object does not exist; ``noun`` is the service's plural, such as Names."""
    detail = f"Invalid Reference Id : {noun} element id {wire_id} not found"
    return Fault("2500", "Invalid Reference Id", detail, "Reference Id")


def inactive_reference(element: str) -> Fault:
    """Return 2500: the referenced object has been made inactive."""
    detail = f"Invalid Reference Id : {_INACTIVE_TEXT}"
    return Fault("2500", "Invalid Reference Id", detail, element or "Reference Id")


def category_as_item() -> Fault:
    """Return 2500: a category stands where a product or service is due."""
    sentence = "An item in this transaction is set up as a category instead of a product or service"
    return Fault("2500", "Invalid Reference Id", f"Invalid Reference Id : {sentence}", "Reference Id")


def conflicting(detail: str, element: str = "") -> Fault:
    """Return 2600: two fields that exclude each other."""
    return Fault("2600", "Conflicting elements", detail, element)


def query_unparsable(token: str, line: int, column: int, expected: str) -> Fault:
    """Return 4000: the statement cannot be read."""
    where = f'Encountered " <{token} "" at line {line}, column {column}.'
    return Fault("4000", "Error parsing query", f"QueryParserError: {where} Was expecting one of: {expected}")


def query_lexical(character: str, column: int) -> Fault:
    """Return 4000: a character that no token starts with."""
    detail = (
        f"QueryParserError: Invalid content. Lexical error at line 1, column {column}. "
        f'Encountered: "{character}" ({ord(character)}), after : ""'
    )
    return Fault("4000", "Error parsing query", detail)


def query_invalid(detail: str) -> Fault:
    """Return 4001: the statement reads well but asks for something that is not there."""
    return Fault("4001", "Invalid query", f"QueryValidationError: {detail}")


def stale(user: str = "Another user", entity: str = "") -> Fault:
    """Return 5010: the object changed since the caller read it."""
    detail = (
        f"Stale Object Error : You and {user} were working on this at the same time. "
        f"{user} finished before you did, so your work was not saved."
    )
    return Fault("5010", "Stale Object Error", f"{detail} Entity={entity}" if entity else detail, "")


def permission_denied() -> Fault:
    """Return 5020: not allowed, or no such report."""
    detail = "Permission Denied Error : To access this, sign in again or contact an administrator."
    return Fault("5020", "Permission Denied Error", detail, "")


def feature_unsupported(element: str = "") -> Fault:
    """Return 5030: the company does not use this feature."""
    return Fault("5030", "Feature Not Supported", "The requested feature isn't supported", element)


def business(sentence: str, element: str = "") -> Fault:
    """Return 6000 with one sentence that says which rule is broken."""
    message = "A business validation error has occurred while processing your request"
    return Fault("6000", message, f"Business Validation Error: {sentence}", element)


def type_missing() -> Fault:
    """Return 6010: a ledger account needs a type or a sub type."""
    message = "AccountType or AccountSubType is missing in the request"
    return Fault("6010", message, f"{message}. Supply at least one of them", "AccountType")


def upload_too_large(limit_bytes: int) -> Fault:
    """Return 6030: more bytes than one upload may have."""
    detail = f"The upload is larger than {limit_bytes // (1024 * 1024)} MB"
    return Fault("6030", "Upload size exceeds the limit", detail, "", status=413)


def bad_upload_metadata(detail: str) -> Fault:
    """Return 6040: the description of an uploaded file cannot be used."""
    return Fault("6040", "Invalid metadata of an uploaded file", detail, "file_metadata")


def bad_upload(detail: str) -> Fault:
    """Return 6041: the uploaded file cannot be used."""
    return Fault("6041", "Invalid uploaded file", detail, "file_content")


def bad_attachment_target(name: object) -> Fault:
    """Return 6050: files cannot be attached to that kind of object."""
    return Fault(
        "6050",
        "Unsupported entity type of an attachment",
        f"Entity type {name} is not supported",
        "EntityRef",
    )


def opening_balance_date() -> Fault:
    """Return 6060: an opening balance and its date come together."""
    message = "Opening balance and its date have to be supplied together"
    return Fault("6060", message, message, "OpeningBalanceDate")


def amount_mismatch(supplied: str) -> Fault:
    """Return 6070: an amount that is not quantity times price; ``supplied`` as text with thousands
    separators.
    """
    detail = f"Amount is not equal to UnitPrice * Qty. Supplied value:{supplied}"
    return Fault("6070", "Amount calculation incorrect in the request", detail, "Line.Amount")


def name_missing() -> Fault:
    """Return 6080: a person or company without any name."""
    detail = "At least one of DisplayName, Title, GivenName, MiddleName, FamilyName, Suffix is required"
    return Fault("6080", "No name provided", detail, "DisplayName")


def discount_incomplete() -> Fault:
    """Return 6090: a discount line with neither percentage nor amount."""
    return Fault(
        "6090", "Discount line is missing information", "Supply a discount percentage or an amount", "Line"
    )


def invalid_line_tax_code(value: object) -> Fault:
    """Return 6100: a line's tax code is neither TAX nor NON."""
    detail = f"Invalid Line TaxCode. Supported values:TAX,NON. Supplied value:{value}"
    return Fault("6100", "Invalid Line TaxCode in the request", detail, "TaxCodeRef")


def billing_parent_fixed() -> Fault:
    """Return 6130: who is billed cannot change while items are open."""
    message = "Cannot change who the customer bills with"
    return Fault("6130", message, f"{message} while there are open transactions", "BillWithParent")


def duplicate_number(doc_number: str, label: str, wire_id: str) -> Fault:
    """Return 6140: the number is taken by another document; ``label`` is its type in words."""
    detail = (
        "Duplicate Document Number Error : You must specify a different number. This number has already "
        "been used."
        f" DocNumber={doc_number} is assigned to TxnType={label} with TxnId={wire_id}"
    )
    return Fault("6140", "Duplicate Document Number Error", detail, "")


def parent_required() -> Fault:
    """Return 6150: a job without a parent."""
    return Fault("6150", "ParentRef Required", "ParentRef is required when Job is true", "Job")


def bad_tax_code(value: object) -> Fault:
    """Return 6160: a tax code that may not be used on a transaction."""
    return Fault(
        "6160", "Invalid TaxCodeRef", f"TaxCodeRef {value} cannot be used on a transaction", "TaxCodeRef"
    )


def bad_tax_detail() -> Fault:
    """Return 6170: tax details on a transaction to which tax does not apply."""
    return Fault("6170", "Invalid TxnTaxDetail", "TxnTaxDetail is not allowed here", "TxnTaxDetail")


def too_many_levels() -> Fault:
    """Return 6180: more than five levels of parents."""
    return Fault("6180", "Sub level limit exceeded", "At most 5 levels are supported", "ParentRef")


def period_closed() -> Fault:
    """Return 6210: the day lies in a closed period."""
    detail = (
        "The account period has closed and the account books cannot be updated through the QBO Services API. "
        "Please use the QBO website to make these changes."
    )
    return Fault("6210", "Account Period Closed, Cannot Update Through Services API", detail, "")


def has_balance() -> Fault:
    """Return 6220: an object with a balance cannot be made inactive."""
    detail = "Delete entity has balance : An object with a balance cannot be made inactive"
    return Fault("6220", "Delete entity has balance", detail, "")


_ANOTHER = {
    "names": "Another customer, vendor or employee is already using this name. Please use a different name.",
    "ledger-accounts": "Another account is already using this name. Please use a different name.",
    "items": "Another product or service is already using this name. Please use a different name.",
    "other": "null",
}


def duplicate_name(kind: str = "names", wire_id: str = "") -> Fault:
    """Return 6240: the name is taken; kind is names, ledger-accounts, items or other; ``wire_id`` the
    holder's.
    """
    detail = f"The name supplied already exists. : {_ANOTHER[kind]}"
    return Fault("6240", "Duplicate Name Exists Error", f"{detail} : Id={wire_id}" if wire_id else detail, "")


def before_stock_start() -> Fault:
    """Return 6270: stock moves before the item's start date."""
    message = "Transaction date is prior to start date for inventory item"
    return Fault("6270", message, message, "TxnDate")


def unbilled_charges() -> Fault:
    """Return 6280: a customer with unbilled charges."""
    message = "Customer has unbilled charges"
    return Fault("6280", message, message, "")


def wrong_ledger_account(element: str, detail: str = "An invalid account type was used") -> Fault:
    """Return 6430: a ledger account of the wrong type."""
    return Fault("6430", "Invalid account type used", detail, element)


def line_target_missing() -> Fault:
    """Return 6440: a line with an amount but neither item nor ledger account."""
    message = "An item or an account is required on each line with an amount"
    return Fault("6440", message, message, "Line")


def deposited() -> Fault:
    """Return 6540: the transaction is part of a deposit."""
    detail = (
        "This transaction has been deposited. If you want to change or delete it, "
        "you must edit the deposit it appears on and remove it first."
    )
    return Fault("6540", "Deposited Transaction cannot be changed", detail, "")


def quantity_required() -> Fault:
    """Return 6520: a tracked item needs a quantity."""
    message = "A quantity is required for a tracked inventory item"
    return Fault("6520", message, message, "Qty")


def rule(code: str, message: str, detail: str = "", element: str = "") -> Fault:
    """Return a validation fault of a rule that one entity alone has (codes 6290 to 6480)."""
    return Fault(code, message, detail, element)


def system_failure() -> Fault:
    """Return 10000: a defect of ours (HTTP 500)."""
    message = "An application error has occurred while processing your request"
    detail = "System Failure Error: The request could not be processed"
    return Fault("10000", message, detail, "", type=SYSTEM, status=500)
