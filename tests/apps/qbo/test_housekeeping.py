"""What is past its time is forgotten; what may still be asked for stays."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.qbo.services.housekeeping import forget_old

from .conftest import NOW

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def test_answers_are_kept_for_a_week(caller):
    first = caller.post("customer", {"DisplayName": "Ada"}, requestid="r-1")
    assert forget_old(NOW + dt.timedelta(minutes=50)) == 0
    assert caller.post("customer", {"DisplayName": "Ada"}, requestid="r-1") == first
    assert forget_old(NOW + dt.timedelta(days=8)) == 2


def test_defect_is_answered_in_the_shape_of_the_service(rf):
    from closebook.apps.qbo.views import server_error

    response = server_error(rf.get("/v3/company/1/customer/1"))
    assert (response.status_code, b"10000" in response.content) == (500, True)
    assert server_error(rf.get("/")).content == b"Something went wrong."
