"""Addresses of the site's own pages; everything of a company stands below its number."""

from __future__ import annotations

from django.urls import include, path

from closebook.web.bank import urls as bank
from closebook.web.books import statements_urls
from closebook.web.books import urls as books
from closebook.web.frame.palette import palette
from closebook.web.frame.preferences import preferences
from closebook.web.frame.routes import by_first_word
from closebook.web.home import home
from closebook.web.hooks import urls as hooks
from closebook.web.matching import urls as matching
from closebook.web.people import token_urls
from closebook.web.people import urls as people
from closebook.web.people.audit import audit
from closebook.web.people.sign_in import SignIn
from closebook.web.people.welcome import welcome
from closebook.web.selling import urls as selling
from closebook.web.selling_people import urls as selling_people
from closebook.web.selling_plan import urls as selling_plan
from closebook.web.selling_year import urls as selling_year
from closebook.web.start import healthz, start
from closebook.web.style import style
from closebook.web.sync import books_urls, problems_urls
from closebook.web.sync import urls as sync
from closebook.web.work import urls as work

company_patterns = [
    path("", home, name="home"),
    path("find/", palette, name="palette"),
    path("audit/", audit, name="audit"),
    *people.company_patterns,
    *problems_urls.company_patterns,
    *token_urls.company_patterns,
    *hooks.company_patterns,
    *statements_urls.company_patterns,
    *books.company_patterns,
    *bank.company_patterns,
    *sync.company_patterns,
    *books_urls.company_patterns,
    *matching.company_patterns,
    *selling.company_patterns,
    *work.company_patterns,
    *selling_people.company_patterns,
    *selling_plan.company_patterns,
    *selling_year.company_patterns,
]

urlpatterns = [
    path("c/<int:company_id>/", include(by_first_word(company_patterns))),
    path("", start, name="start"),
    path("healthz", healthz, name="healthz"),
    path("welcome/", welcome, name="welcome"),
    path("preferences/", preferences, name="preferences"),
    path("style/", style, name="style"),
    *people.public_patterns,
    *books_urls.public_patterns,
    *sync.public_patterns,
    *work.public_patterns,
    path("accounts/login/", SignIn.as_view(), name="account_login"),
    path("accounts/", include("allauth.urls")),
]
