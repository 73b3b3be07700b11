"""Django settings, all from the environment and the data folder; docs/settings.md lists them."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from closebook.config.accounts import *  # noqa: F403 - all of them are settings
from closebook.config.databases import databases
from closebook.config.mail import mail_from, mail_server
from closebook.transport.home import field_key, home_folder, secret_key

CLOSEBOOK_HOME = home_folder()
DEBUG = os.environ.get("CLOSEBOOK_DEBUG", "") == "1"
SECRET_KEY = secret_key(CLOSEBOOK_HOME)
CLOSEBOOK_FIELD_KEYS = field_key(CLOSEBOOK_HOME).split(",")
ALLOWED_HOSTS = os.environ.get("CLOSEBOOK_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CLOSEBOOK_BASE_URL = os.environ.get("CLOSEBOOK_BASE_URL", "http://127.0.0.1:8000")

INSTALLED_APPS = [
    "closebook.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "closebook.api",
    "closebook.apps.companies",
    "closebook.apps.hooks",
    "closebook.apps.books",
    "closebook.apps.qbo",
    "closebook.apps.matching",
    "closebook.apps.sync",
    "closebook.apps.bank",
    "closebook.apps.workforce",
    "closebook.apps.selling",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "closebook.web.frame.language.PersonsLanguage",
    "django.middleware.common.CommonMiddleware",
    "closebook.web.frame.uploads.UploadLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "closebook.config.urls"
WSGI_APPLICATION = "closebook.config.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["closebook.web.templatetags.spoken"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "closebook.web.frame.context.frame",
            ],
        },
    },
]
DATABASES = databases(CLOSEBOOK_HOME, os.environ.get("DATABASE_URL", ""))
DATABASE_ROUTERS = ["closebook.config.databases.BooksRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "companies.Person"
FORM_RENDERER = "closebook.web.kit.forms.Renderer"
CSRF_FAILURE_VIEW = "closebook.web.frame.errors.csrf_failure"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("nl", "Nederlands"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "web" / "locale"]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = CLOSEBOOK_HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
MEDIA_ROOT = CLOSEBOOK_HOME / "files"

DATA_UPLOAD_MAX_MEMORY_SIZE = 100 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
FILE_UPLOAD_HANDLERS = [
    "closebook.web.frame.uploads.CutOff",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CLOSEBOOK_BASE_URL.startswith("https://")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"

_MAIL = mail_server(os.environ.get("CLOSEBOOK_SMTP", ""))
CLOSEBOOK_MAIL_SERVER = _MAIL.place
EMAIL_BACKEND = _MAIL.backend
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.starttls, _MAIL.tls
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = str(CLOSEBOOK_HOME / "mail")
DEFAULT_FROM_EMAIL = mail_from(os.environ.get("CLOSEBOOK_MAIL_FROM", ""), CLOSEBOOK_BASE_URL)

CLOSEBOOK_MAX_SOURCE_BYTES = int(os.environ.get("CLOSEBOOK_MAX_SOURCE_BYTES", str(64 * 1024 * 1024)))
# All files of one upload together; refused before anything of it is read.
CLOSEBOOK_MAX_UPLOAD_BYTES = int(os.environ.get("CLOSEBOOK_MAX_UPLOAD_BYTES", str(256 * 1024 * 1024)))
# Plans of so many rows, and undos of so many actions, are made while the page waits; larger ones by a worker.
CLOSEBOOK_SMALL_ROWS = int(os.environ.get("CLOSEBOOK_SMALL_ROWS", "500"))
CLOSEBOOK_QBO_API = os.environ.get("CLOSEBOOK_QBO_API", "https://quickbooks.api.intuit.com")
CLOSEBOOK_QBO_DISCOVERY = os.environ.get(
    "CLOSEBOOK_QBO_DISCOVERY", "https://developer.api.intuit.com/.well-known/openid_configuration"
)
CLOSEBOOK_QBO_SANDBOX_API = os.environ.get(
    "CLOSEBOOK_QBO_SANDBOX_API", "https://sandbox-quickbooks.api.intuit.com"
)
CLOSEBOOK_QBO_SANDBOX_DISCOVERY = os.environ.get(
    "CLOSEBOOK_QBO_SANDBOX_DISCOVERY",
    "https://developer.api.intuit.com/.well-known/openid_sandbox_configuration",
)
CLOSEBOOK_PAYPAL_API = os.environ.get("CLOSEBOOK_PAYPAL_API", "")
CLOSEBOOK_WISE_API = os.environ.get("CLOSEBOOK_WISE_API", "")
CLOSEBOOK_REFRESH_DAYS = int(os.environ.get("CLOSEBOOK_REFRESH_DAYS", "7"))
CLOSEBOOK_API_RATE = int(os.environ.get("CLOSEBOOK_API_RATE", "300"))
CLOSEBOOK_WEBHOOK_HOSTS = tuple(
    host.strip() for host in os.environ.get("CLOSEBOOK_WEBHOOK_HOSTS", "").split(",") if host.strip()
)
CLOSEBOOK_THROTTLE = os.environ.get("CLOSEBOOK_THROTTLE", "") == "1"
CLOSEBOOK_FAULTS = os.environ.get("CLOSEBOOK_FAULTS", "") if DEBUG else ""
