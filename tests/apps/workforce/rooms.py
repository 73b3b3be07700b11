"""A company with an owner, an assistant and an active contract, for the tests of the desk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from closebook.apps.companies.models import Company, Membership, Person, Role
from closebook.apps.workforce.models import Contract, Task, Timer
from closebook.transport import clock


@dataclass
class Room:
    """Who is there, and what they agreed."""

    company: Company
    owner: Person
    assistant: Person
    contract: Contract


def person_in(company: Company, name: str, role: str) -> Person:
    made = Person.objects.create(username=name)
    Membership.objects.create(person=made, company=company, role=role)
    return made


def room(name: str = "one") -> Room:
    company = Company.objects.create(name=name, realm_id=name, created_at=clock.now())
    owner = person_in(company, f"owner-{name}", Role.OWNER)
    assistant = person_in(company, f"helper-{name}", Role.ASSISTANT)
    return Room(company, owner, assistant, contract_of(company, assistant))


def contract_of(company: Company, person: Person) -> Contract:
    return Contract.objects.create(
        company=company,
        person=person,
        title=f"Help by {person}",
        currency="USD",
        state="active",
        made_at=clock.now(),
    )


def task_of(contract: Contract, state: str = "agreed") -> Task:
    return Task.objects.create(
        company=contract.company,
        contract=contract,
        kind="email",
        title="Sort the mail",
        description="Sort the mail of the shop into folders by customer.",
        done_means="The inbox of the shop is empty.",
        state=state,
        made_at=clock.now(),
    )


def timer_of(task: Task, state: str = "running") -> Timer:
    return Timer.objects.create(
        company=task.company,
        contract=task.contract,
        person=task.contract.person,
        task=task,
        zone="UTC",
        state=state,
        seen_at=clock.now(),
        made_at=clock.now(),
    )


HOUR = dt.timedelta(hours=1)
