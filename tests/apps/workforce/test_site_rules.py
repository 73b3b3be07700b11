"""What a rule for a site may name, and as what it is kept."""

from __future__ import annotations

import pytest

from closebook.apps.workforce.services.site_rules import rule_add
from closebook.core.errors import InputError
from closebook.transport import clock
from tests.apps.workforce.rooms import room

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def kept(value):
    facts = {"match": "domain", "value": value, "verdict": "poor", "starts_on": clock.today()}
    return rule_add(room().company, facts, "owner").value


@pytest.mark.parametrize(
    ("value", "host"),
    [("https://M.Facebook.com/x", "m.facebook.com"), ("*.facebook.com", "facebook.com"), ("::1", "::1"),
     ("localhost:3000", "localhost"), ("10.0.0.7", "10.0.0.7"), ("bücher.de", "xn--bcher-kva.de")],
)  # fmt: skip
def test_a_site_is_kept_as_its_host(value, host):
    assert kept(value) == host


@pytest.mark.parametrize("value", ["", "facebook", "about:blank", "*", "file:///x"])
def test_what_is_no_site_is_refused(value):
    with pytest.raises(InputError):
        kept(value)
