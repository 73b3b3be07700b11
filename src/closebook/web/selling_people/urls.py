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

_ONE = "selling/customers/<int:customer_id>/"

company_patterns = [
    path("selling/customers/", customers, name="seller-customers"),
    path("selling/customers/new/", customer_new, name="seller-customer-new"),
    path(_ONE, customer, name="seller-customer"),
    path(f"{_ONE}edit/", customer_edit, name="seller-customer-edit"),
    path(f"{_ONE}contacts/", contact_new, name="contact-new"),
    path("selling/complaints/", complaints, name="complaints"),
    path("selling/complaints/new/", complaint_new, name="complaint-new"),
    path("selling/complaints/<int:complaint_id>/", complaint, name="complaint"),
]
