"""Assistants' work into the books by its page: planned, written, undone."""

from __future__ import annotations

from closebook.apps.companies.models import Company, Person, Role
from closebook.apps.workforce.models import BookRun
from tests.apps.workforce.pay_rooms import bill_of, with_accounts
from tests.apps.workforce.rooms import Room, person_in
from tests.web.work.test_pay import client_of, text, to


def test_the_desk_goes_into_the_books_by_its_page_and_out_again(bare):
    company, owner = Company.objects.get(), Person.objects.get(username="owner")
    desk = Room(company, owner, person_in(company, "ann", Role.ASSISTANT), None)
    with_accounts(company, desk.assistant)
    bill_of(company, desk.assistant, 5000)
    client = client_of(owner)
    page = client.get(to("pay-books", desk))
    assert "Nothing of the assistants" in text(page)
    assert client.post(to("pay-books", desk), {"what": "accounts"}).status_code == 400
    offered = page.context["form"].fields
    typed = {use: offered[use].choices[1][0] for use in ("expense", "bank", "fee")}
    client.post(to("pay-books", desk), {"what": "accounts", **typed})
    client.post(to("pay-books", desk), {"what": "plan"})
    run = BookRun.objects.get()
    assert "Write into the books" in text(client.get(to("pay-books", desk)))
    client.post(to("pay-books", desk), {"what": "write", "run": run.pk})
    assert "in the books" in text(client.get(to("pay-books", desk)))
    client.post(to("pay-books", desk), {"what": "undo", "run": run.pk})
    assert BookRun.objects.get().state == "undone"
    assert client.post(to("pay-books", desk), {"what": "undo", "run": 999}).status_code == 404
    assert client_of(desk.assistant).get(to("pay-books", desk)).status_code == 403
