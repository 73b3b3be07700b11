"""Addresses of a company's webhooks."""

from __future__ import annotations

from django.urls import path

from closebook.web.hooks import deliveries, endpoints

company_patterns = [
    path("webhooks/", endpoints.webhooks, name="webhooks"),
    path("webhooks/new/", endpoints.webhook_new, name="webhook-new"),
    path("webhooks/<int:endpoint_id>/", deliveries.webhook, name="webhook"),
    path("webhooks/<int:endpoint_id>/edit/", endpoints.webhook_edit, name="webhook-edit"),
    path("webhooks/<int:endpoint_id>/secret/", endpoints.webhook_rotate, name="webhook-rotate"),
    path("webhooks/<int:endpoint_id>/pause/", endpoints.webhook_pause, name="webhook-pause"),
    path("webhooks/<int:endpoint_id>/delete/", endpoints.webhook_delete, name="webhook-delete"),
    path("webhooks/<int:endpoint_id>/test/", deliveries.webhook_test, name="webhook-test"),
    path("webhooks/<int:endpoint_id>/missed/", deliveries.webhook_missed, name="webhook-missed"),
    path("webhooks/deliveries/<int:delivery_id>/", deliveries.webhook_delivery, name="webhook-delivery"),
    path("webhooks/deliveries/<int:delivery_id>/again/", deliveries.webhook_again, name="webhook-again"),
]
