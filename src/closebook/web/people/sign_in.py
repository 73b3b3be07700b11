"""Signing in by name or e-mail, refused for a while after repeated failures."""

from __future__ import annotations

from allauth.account.views import LoginView
from axes.decorators import axes_dispatch, axes_form_invalid
from django.utils.decorators import method_decorator


@method_decorator(axes_dispatch, name="dispatch")
@method_decorator(axes_form_invalid, name="form_invalid")
class SignIn(LoginView):  # type: ignore[misc]  # allauth has no types
    """allauth's sign-in behind axes' lockout."""
