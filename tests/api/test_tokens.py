"""Tokens: what they may do, and when they no longer may."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import ApiToken, AuditEvent, Membership, Role
from closebook.apps.companies.services.tokens import token_check, token_make, token_revoke
from closebook.core.errors import InputError
from closebook.transport import clock
from tests.api.caller import caller, member

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def test_a_token_is_long_random_and_kept_as_a_digest_only(companies):
    one, two = caller(companies[0]), caller(companies[0])
    assert one.plain.startswith("cb_")
    assert len(one.plain) - 3 >= 43, "256 bits in base64"
    assert one.plain != two.plain
    row = ApiToken.objects.filter(pk=one.token.pk).values().get()
    assert one.plain not in str(row)
    assert "cb_" + row["digest"] != one.plain


def test_making_and_revoking_leave_lines_in_the_audit_log(companies):
    till = caller(companies[0])
    token_revoke(till.token, "ada")
    token_revoke(till.token, "ada")
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["token-made", "token-revoked"]
    assert till.plain not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize("end", ["revoked", "expired", "removed", "inactive"])
def test_a_token_that_ended_is_refused(companies, end):
    till = caller(companies[0])
    assert token_check(till.plain) is not None
    if end == "revoked":
        token_revoke(till.token, "ada")
    elif end == "expired":
        ApiToken.objects.update(expires_at=clock.now())
    elif end == "removed":
        Membership.objects.filter(person=till.token.person).delete()
    else:
        till.token.person.is_active = False
        till.token.person.save()
    assert token_check(till.plain) is None
    answer = till.call("GET", "me")
    assert (answer.status_code, answer.json()["code"]) == (401, "no-valid-token")


def test_a_smaller_role_makes_a_token_smaller_at_once(companies):
    till = caller(companies[0], Role.BOOKKEEPER)
    assert Ability.RUN_SYNC in token_check(till.plain).abilities
    Membership.objects.filter(person=till.token.person).update(role=Role.READER)
    kept = {Ability.SEE_COMPANY, Ability.SEE_BOOKS, Ability.SEE_SYNC, Ability.SEE_SELLING}
    assert token_check(till.plain).abilities == kept


def test_a_token_knows_its_company_only(companies):
    till = caller(companies[0])
    Membership.objects.create(person=till.token.person, company=companies[1], role=Role.OWNER)
    assert token_check(till.plain).company == companies[0]


@pytest.mark.parametrize(
    ("abilities", "days", "name", "code"),
    [
        (["run-sync"], 30, "Till", "token-abilities"),
        ([], 30, "Till", "token-abilities"),
        (["fly"], 30, "Till", "token-abilities"),
        (["see-company"], 366, "Till", "token-days"),
        (["see-company"], 0, "Till", "token-days"),
        (["see-company"], 30, " ", "token-name"),
        (["see-company"], 30, "x" * 81, "token-name"),
    ],
)
def test_a_token_is_not_made_with_more_than_its_person_may(companies, abilities, days, name, code):
    person = member(companies[0], Role.READER)
    with pytest.raises(InputError) as refused:
        token_make(companies[0], person, name, abilities, days)
    assert refused.value.code == code
    with pytest.raises(InputError):
        token_make(companies[1], person, "Till", ["see-company"], 30)
    assert not ApiToken.objects.exists()


def test_its_last_use_is_kept_to_the_minute(companies, django_assert_num_queries):
    till = caller(companies[0])
    token_check(till.plain)
    first = ApiToken.objects.get().last_used_at
    assert clock.now() - first < dt.timedelta(minutes=1)
    with django_assert_num_queries(2):
        token_check(till.plain)
    assert ApiToken.objects.get().last_used_at == first
