"""A person's language and appearance, kept with the person and in cookies, and the digests they want."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability, abilities_of
from closebook.apps.companies.models import DigestWish, Membership
from closebook.apps.companies.selectors.memberships import memberships_of
from closebook.apps.companies.services.members import digest_choose
from closebook.web.frame.access import PersonRequest, signed_in

_DIGESTS = (
    (DigestWish.NEVER.value, _("never")),
    (DigestWish.DAILY.value, _("every day")),
    (DigestWish.SOMETHING.value, _("when there is something to do")),
)
_YEAR_SECONDS = 365 * 24 * 3600


class PreferencesForm(forms.Form):
    """Language and theme, "" leaves either to the browser; and for each membership a field for its digest."""

    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("as the browser asks")), *settings.LANGUAGES]
    )
    theme = forms.ChoiceField(
        label=_("Appearance"),
        required=False,
        choices=[("", _("as the system")), ("light", _("light")), ("dark", _("dark"))],
    )

    def __init__(self, *args: Any, members: Iterable[Membership], **kwargs: Any) -> None:
        """Add a field for the digest of each membership."""
        super().__init__(*args, **kwargs)
        for member in members:
            self.fields[f"digest_{member.company_id}"] = forms.ChoiceField(
                label=translated("Mail about %(company)s") % {"company": member.company.name},
                choices=_DIGESTS,
                initial=member.digest,
                help_text=_("What waits for you there, each morning at about six (UTC)."),
            )


@signed_in
@require_http_methods(["GET", "POST"])
def preferences(request: PersonRequest) -> HttpResponse:
    """Show and keep the preferences."""
    person = request.user
    members = [each for each in memberships_of(person) if Ability.SEE_SYNC in abilities_of(each.role)]
    first = {"language": person.language, "theme": person.theme}
    form = PreferencesForm(request.POST or None, members=members, initial=first)
    if request.method != "POST" or not form.is_valid():
        facts = {"form": form, "digests": bool(members)}
        return render(request, "web/people/preferences.html", facts, status=400 if form.errors else 200)
    person.language, person.theme = form.cleaned_data["language"], form.cleaned_data["theme"]
    person.save(update_fields=["language", "theme"])
    for member in members:
        digest_choose(member, form.cleaned_data[f"digest_{member.company_id}"])
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
