"""Addresses of customers and complaints of selling, below a company's number."""

from __future__ import annotations

from django.urls import path

from closebook.web.selling_people.complaints import complaint, complaint_new, complaints
from closebook.web.selling_people.customers import (
    contact_new,
    customer,
    customer_edit,
    customer_new,
    customers,
)
from closebook.web.selling_people.dealers import dealer_grade, dealers, grades_taken
from closebook.web.selling_people.twins import customer_merge, merging_undo, twin_decide, twins

_ONE = "selling/customers/<int:customer_id>/"

company_patterns = [
    path("selling/customers/", customers, name="seller-customers"),
    path("selling/customers/new/", customer_new, name="seller-customer-new"),
    path("selling/customers/twins/", twins, name="seller-twins"),
    path("selling/customers/twins/decide/", twin_decide, name="twin-decide"),
    path("selling/customers/merges/<int:merge_id>/undo/", merging_undo, name="merge-undo"),
    path("selling/dealers/", dealers, name="dealers"),
    path("selling/dealers/grades/", grades_taken, name="grades-take"),
    path(_ONE, customer, name="seller-customer"),
    path(f"{_ONE}merge/", customer_merge, name="customer-merge"),
    path(f"{_ONE}grade/", dealer_grade, name="dealer-grade"),
    path(f"{_ONE}edit/", customer_edit, name="seller-customer-edit"),
    path(f"{_ONE}contacts/", contact_new, name="contact-new"),
    path("selling/complaints/", complaints, name="complaints"),
    path("selling/complaints/new/", complaint_new, name="complaint-new"),
    path("selling/complaints/<int:complaint_id>/", complaint, name="complaint"),
]
