"""A company with one of everything that a page is about, and where each address finds its own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from closebook.apps.bank.models import AnswerPlan, BankFile, BankLine, BankRuleRow, BankUpload, StatementClose
from closebook.apps.bank.services.importing import upload_keep
from closebook.apps.bank.services.rules import rule_save
from closebook.apps.books.models import Record
from closebook.apps.companies.models import (
    ApiToken,
    Company,
    Invitation,
    Membership,
    Person,
    Role,
    SavedView,
)
from closebook.apps.companies.services.invitations import invitation_make
from closebook.apps.companies.services.tokens import token_make
from closebook.apps.companies.services.views import view_save
from closebook.apps.hooks.models import Delivery, Endpoint
from closebook.apps.hooks.services.endpoints import endpoint_make
from closebook.apps.matching.models import MatchList, MatchRow
from closebook.apps.matching.services.lists import list_make
from closebook.apps.selling.models import (
    AnnualReport,
    Complaint,
    Conversation,
    Customer,
    Merge,
    Opportunity,
    Target,
)
from closebook.apps.selling.services.coaching import diagnosis_save
from closebook.apps.selling.services.complaints import complaint_receive
from closebook.apps.selling.services.conversations import conversation_log
from closebook.apps.selling.services.deals import customer_save, opportunity_make
from closebook.apps.selling.services.merging import customers_merge
from closebook.apps.selling.services.summary import summary_begin
from closebook.apps.selling.services.targets import target_save
from closebook.apps.sync.models import (
    ActionRow,
    Connection,
    Decision,
    MatchReading,
    Preparation,
    Run,
    SourceFile,
    SourceRow,
    SyncError,
)
from closebook.apps.workforce.models import (
    Agency,
    Application,
    Appointment,
    Bill,
    ChecklistItem,
    Contract,
    Device,
    Draft,
    Feed,
    Interview,
    Milestone,
    Payee,
    PaymentRun,
    Posting,
    Profile,
    Prospect,
    SiteRule,
    Task,
    TaskFile,
    TaxPaper,
    Timesheet,
    Trial,
)
from closebook.apps.workforce.services.appointments import appointment_book, feed_renew
from closebook.apps.workforce.services.days import sheet_for
from closebook.apps.workforce.services.drafts import draft_propose
from closebook.apps.workforce.services.finding import apply, posting_move, posting_save
from closebook.apps.workforce.services.milestones import milestone_plan
from closebook.apps.workforce.services.offering import profile_save, profile_show, service_add
from closebook.apps.workforce.services.task_parts import item_add
from closebook.apps.workforce.services.tax_papers import paper_keep
from closebook.core.matching.party import Party
from closebook.core.reconcile.rules import BankRule
from closebook.transport import clock
from closebook.web.work.public import link_of
from tests.apps.bank.conftest import Bank
from tests.apps.workforce.rooms import contract_of, task_of
from tests.project.test_pages import Route
from tests.web.selling.test_owed import invoice
from tests.web.work.test_hiring import FACTS

DAY = dt.date(2026, 3, 31)


@dataclass(frozen=True)
class Filled:
    """The company, its owner, and the secret words of an invitation and of a posting."""

    company: Company
    owner: Person
    invitation: str
    posting: str

    def addresses(self, route: Route) -> list[str]:
        """Return the route's addresses with ids of the company; a place that is not known here fails."""
        text = route.pattern.replace("<int:company_id>", str(self.company.pk))
        kinds = ["salesreceipt"] if "<slug:kind>" in text else [""]
        if route.name == "document-new":
            kinds = ["salesreceipt", "invoice", "payment", "purchase", "deposit", "transfer", "journalentry"]
        return ["/" + re.sub(r"<(?:\w+:)?(\w+)>", self._filler(route, kind), text) for kind in kinds]

    def _filler(self, route: Route, kind: str) -> Callable[[re.Match[str]], str]:
        return lambda place: kind if place[1] == "kind" else id_of(place[1], self, route)


def id_of(place: str, filled: Filled, route: Route) -> str:
    """Return what stands at a place of an address."""
    words = {
        "name": "profit-and-loss", "environment": "production", "month": "2026-01", "number": "1",
        "day": DAY.isoformat(), "rail": "sepa", "table": "opportunities", "form": "html", "what": "write",
    }  # fmt: skip
    if place in words:
        return words[place]
    if route.name in {"feed", "profile-page"}:
        return (Feed if route.name == "feed" else Profile).objects.get().token
    if place == "token":
        return filled.posting if route.name.startswith("job") else filled.invitation
    if place == "link":
        return link_of(Application.objects.get())
    if place == "wire_id":
        return Record.objects.filter(entity=_entity(route), deleted_at=None).order_by("pk")[0].wire_id
    if place == "record":
        return str(Record.objects.filter(entity="Invoice").order_by("pk").values_list("pk", flat=True)[0])
    model = _MODELS.get((route.name, place)) or _MODELS["", place]
    return str(model.objects.order_by("-pk").values_list("pk", flat=True)[0])


def _entity(route: Route) -> str:
    word = re.match(r"c/<int:company_id>/(\w+)/", route.pattern)
    names = {"chart": "Account", "customers": "Customer", "vendors": "Vendor", "items": "Item"}
    return names.get(word[1] if word else "", "SalesReceipt")


_MODELS = {
    ("", "connection_id"): Connection,
    ("", "run_id"): Run,
    ("", "action_id"): ActionRow,
    ("", "file_id"): SourceFile,
    ("bank_file_remove", "file_id"): BankFile,
    ("", "row_id"): SourceRow,
    ("match_row", "row_id"): MatchRow,
    ("", "preparation_id"): Preparation,
    ("", "error_id"): SyncError,
    ("", "decision_id"): Decision,
    ("", "upload_id"): BankUpload,
    ("", "rule_id"): BankRuleRow,
    ("", "line_id"): BankLine,
    ("", "close_id"): StatementClose,
    ("", "bank_account_id"): StatementClose,
    ("", "endpoint_id"): Endpoint,
    ("", "delivery_id"): Delivery,
    ("", "list_id"): MatchList,
    ("", "token_id"): ApiToken,
    ("", "invitation_id"): Invitation,
    ("", "member_id"): Membership,
    ("", "view_id"): SavedView,
    ("", "posting_id"): Posting,
    ("", "application_id"): Application,
    ("", "contract_id"): Contract,
    ("", "agency_id"): Agency,
    ("", "prospect_id"): Prospect,
    ("", "task_id"): Task,
    ("", "opportunity_id"): Opportunity,
    ("", "customer_id"): Customer,
    ("", "complaint_id"): Complaint,
    ("", "merge_id"): Merge,
    ("", "conversation_id"): Conversation,
    ("", "target_id"): Target,
    ("", "plan_id"): AnswerPlan,
    ("", "reading_id"): MatchReading,
    ("", "pk"): AnnualReport,
    **{
        (f"pay-{page}", "run_id"): PaymentRun
        for page in ("run", "run-approve", "run-cancel", "run-file", "run-send", "run-read", "line")
    },
    ("", "draft_id"): Draft,
    ("", "milestone_id"): Milestone,
    ("", "interview_id"): Interview,
    ("", "trial_id"): Trial,
    ("", "appointment_id"): Appointment,
    ("", "item_id"): ChecklistItem,
    ("", "task_file_id"): TaskFile,
    ("", "sheet_id"): Timesheet,
    ("", "device_id"): Device,
    ("", "payee_id"): Payee,
    ("", "paper_id"): TaxPaper,
    ("assistant-bill", "bill_id"): Bill,
    ("assistant-bill-approve", "bill_id"): Bill,
    ("site-rule-end", "rule_id"): SiteRule,
}


def filled(bank: Bank) -> Filled:
    """Give the company of a bank account, and of a shop that was synchronised, one of everything."""
    company, now = bank.one.company, clock.now()
    owner = Person.objects.create_user("ada", email="ada@example.org", password="a long and rare sentence")
    kim = Person.objects.create(username="kim", email="kim@example.org")
    for person, role in ((owner, Role.OWNER), (kim, Role.READER)):
        Membership.objects.create(person=person, company=company, role=role)
    bank.load(("2026-03-02", "Coffee", "-4.50"), ("2026-03-03", "Rent", "-400.00"))
    upload_keep(company, "april.csv", b"Date,Description,Amount\n2026-04-01,Tea,-3.00\n")
    StatementClose.objects.create(
        bank_account=bank.one, first_day=DAY, last_day=DAY, opening_minor=0, closing_minor=0, books_minor=0,
        closed_at=now, by="ada",
    )  # fmt: skip
    rule_save(company, "Coffee", BankRule(key=0, words=("coffee",), excludes=True, memo="private"), "ada")
    token_make(company, owner, "Till", ["see-company"], 9)
    endpoint, _secret = endpoint_make(company, "https://example.org/told", [], "chat", actor="ada")
    Delivery.objects.create(endpoint=endpoint, event_id="1", event="test", body="{}", created_at=now)
    view_save(company, "Mine", "profit-and-loss", "period=last-month")
    list_make(
        company, "ada", [Party("1", "Ann Hill")], [], kind="customer", source="Jobber", file_name="a.csv"
    )
    for entity in ("Customer", "Vendor"):
        bank.world.make(entity, DisplayName=f"A {entity}")
    invoice(bank.world, "Quill", "90.00", 40, known=False)
    connection = bank.world.connection
    AnswerPlan.objects.create(bank_account=bank.one, total=0, by="ada", created_at=now)
    MatchReading.objects.create(company=company, kind="customer", source="Till", created_at=now)
    Preparation.objects.create(connection=connection, kind="plan", created_at=now, told_at=now)
    Decision.objects.create(connection=connection, key="order:1/sale", word="ignore", made_at=now)
    SyncError.objects.create(
        connection=connection, code="deleted-in-books", cause="It is gone.", who_acts="user", held=True,
        key="order:1/sale", created_at=now,
    )  # fmt: skip
    Prospect.objects.create(company=company, person=owner, name="Quill", kind="email", made_at=now)
    _profile(company, owner)
    made = invitation_make(company, "new@example.org", Role.READER, actor=owner)
    return Filled(company, owner, made.token, _hiring(company, kim))


def _profile(company: Company, owner: Person) -> None:
    """Give somebody a profile that everybody may see."""
    made = profile_save(company, owner, {"headline": "Mail for small shops"})
    service_add(made, {"kind": "email", "low_minor": 1800, "high_minor": 2000, "currency": "USD"})
    profile_show(made, shown=True)


def _hiring(company: Company, helper: Person) -> str:
    """Make an open posting with an applicant and a contract with a task; return the posting's secret word."""
    facts = {**FACTS, "title": "Sort the mail"}
    posting = posting_move(posting_save(company, None, facts, "ada"), "open", "ada")
    application, _new = apply(
        posting, {"name": "Mei Lin", "email": "mei@example.org", "letter": "I sort mail.", "wish_minor": 1800}
    )
    facts = {"company": company, "application": application, "made_at": clock.now()}
    Interview.objects.create(**facts, starts_at=clock.now())
    Trial.objects.create(
        **facts, task="Sort ten mails.", price_minor=2000, currency="USD", code="K", state="delivered"
    )
    contract = contract_of(company, helper)
    task = task_of(contract, "in_progress")
    item_add(task, "The inbox is empty.", "ada")
    TaskFile.objects.create(company=company, task=task, name="list.txt", made_at=clock.now())
    milestone_plan(contract, {"title": "A price list", "amount_minor": 20_000}, "ada")
    soon = clock.now() + dt.timedelta(days=1)
    appointment_book(contract, soon, 30, {"title": "Call"}, "ada")
    feed_renew(company, helper)
    draft_propose(contract, {"channel": "mail", "title": "Reply", "target": "Ann", "body": "Yes."}, "kim")
    common = {"company": company, "made_at": clock.now()}
    sheet = sheet_for(contract, DAY)
    Device.objects.create(person=Person.objects.get(username="ada"), name="laptop", **common)
    SiteRule.objects.create(value="facebook.com", verdict="poor", starts_on=DAY, **common)
    payee = Payee.objects.create(name="Kim", **common)
    said = {"paper": "w9", "country": "US", "tin": "123-45-6789", "tin_kind": "SSN", "signed_on": DAY}
    paper_keep(payee, said, b"%PDF-1.7", "ada")
    bill = {"number": "A2026-0001", "first": DAY, "last": DAY, "currency": "USD", "timesheet": sheet}
    Bill.objects.create(payee=payee, **bill, **common)
    Agency.objects.create(name="Desk Ltd", **common)
    summary_begin(company, DAY, DAY, "ada")
    PaymentRun.objects.create(rail="csv", currency="USD", pay_on=DAY, ident="CB1", **common)
    target_save(company, DAY.year, 100_00, [("North", "ada", "", 100_00)], "ada")
    opportunity_make(company, None, "o1", "Mugs for Quill", DAY, "ada", owner="ada", next_step=DAY)
    quill = customer_save(company, "quill", "Quill", "ada", owner="ada")
    complaint_receive(company, quill, "ada", text="Wrong colour", received=DAY)
    talk = conversation_log(company, "c1", quill.pk, "ada", DAY)
    diagnosis_save(company, talk.pk, "ada", {"S1.Q0": "yes"}, {})
    conversation_log(company, "talk-1", quill.pk, "ada", DAY, outcome="order")
    merged = customer_save(company, "quil", "Quil", "ada")
    customers_merge(company, quill.pk, merged.pk, "ada")
    customer_save(company, "finch", "Finch", "ada", kind="dealer")
    return posting.token
