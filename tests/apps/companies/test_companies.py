"""Companies and their owners: found by name or realm, made once."""

from __future__ import annotations

import pytest

from closebook.apps.companies.models import Company, Membership, Person, Role
from closebook.apps.companies.selectors.companies import company_named
from closebook.apps.companies.services.companies import company_register, owner_ensure, realm_id_new
from closebook.core.errors import InputError
from closebook.transport import clock

pytestmark = pytest.mark.django_db


def made(name: str) -> Company:
    return company_register(name, realm_id_new(), "USD", clock.now())


def test_a_company_is_found_by_name_realm_and_when_it_is_the_only_one():
    one = made("One")
    assert company_named() == company_named("One") == company_named(one.realm_id) == one


def test_none_unknown_and_several_are_refused_with_the_names():
    with pytest.raises(InputError, match="none yet"):
        company_named()
    made("One")
    made("Two")
    for name in ("", "Three"):
        with pytest.raises(InputError, match="'One', 'Two'"):
            company_named(name)


def test_a_realm_is_registered_once():
    one = made("One")
    again = company_register("Another name", one.realm_id, "EUR", clock.now())
    assert (again.pk, again.name, again.home_currency) == (one.pk, "One", "USD")
    assert len(realm_id_new()) == 16


def test_an_owner_gets_a_password_once_and_joins_further_companies():
    one, two = made("One"), made("Two")
    password = owner_ensure(one, "ada")
    person = Person.objects.get(username="ada")
    assert len(password) >= 12
    assert person.check_password(password)
    assert not owner_ensure(one, "ada")
    assert not owner_ensure(two, "ada")
    roles = Membership.objects.filter(person=person).values_list("company__name", "role")
    assert set(roles) == {("One", Role.OWNER), ("Two", Role.OWNER)}
    assert Person.objects.get(username="ada").check_password(password)
