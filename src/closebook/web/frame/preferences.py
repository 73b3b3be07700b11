"""A person's language and appearance, kept with the person and in cookies."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from closebook.web.frame.access import PersonRequest, signed_in

_YEAR_SECONDS = 365 * 24 * 3600


class PreferencesForm(forms.Form):
    """Language and theme; "" leaves either to the browser."""

    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("as the browser asks")), *settings.LANGUAGES]
    )
    theme = forms.ChoiceField(
        label=_("Appearance"),
        required=False,
        choices=[("", _("as the system")), ("light", _("light")), ("dark", _("dark"))],
    )


@signed_in
@require_http_methods(["GET", "POST"])
def preferences(request: PersonRequest) -> HttpResponse:
    """Show and keep the preferences."""
    person = request.user
    form = PreferencesForm(request.POST or None, initial={"language": person.language, "theme": person.theme})
    if request.method != "POST" or not form.is_valid():
        return render(request, "web/people/preferences.html", {"form": form})
    person.language, person.theme = form.cleaned_data["language"], form.cleaned_data["theme"]
    person.save(update_fields=["language", "theme"])
    with translation.override(person.language or translation.get_language()):
        messages.success(request, translated("Saved."))
    return keep(redirect("preferences"), person.language, person.theme)


def keep(response: HttpResponse, language: str, theme: str) -> HttpResponse:
    """Put both choices into cookies, or drop the cookies of those left open."""
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, language), ("theme", theme)):
        if value:
            response.set_cookie(
                name, value, max_age=_YEAR_SECONDS, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
            )
        else:
            response.delete_cookie(name)
    return response
