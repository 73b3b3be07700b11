"""The folder that holds all data, and the secrets kept in it beside the databases."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import platformdirs
from cryptography.fernet import Fernet


def home_folder() -> Path:
    """Return the data folder named by ``CLOSEBOOK_HOME``, or the platform's own; it is made when missing."""
    named = os.environ.get("CLOSEBOOK_HOME")
    folder = (
        Path(named).expanduser() if named else Path(platformdirs.user_data_dir("closebook", appauthor=False))
    )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _kept_text(path: Path, make_text: str) -> str:
    """Return the text of a private file, written with ``make_text`` when it is not there yet."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(make_text)
    return make_text


def secret_key(folder: Path) -> str:
    """Return the signing key of sessions, from ``CLOSEBOOK_SECRET_KEY`` or the data folder."""
    return os.environ.get("CLOSEBOOK_SECRET_KEY") or _kept_text(
        folder / "secret.key", secrets.token_urlsafe(48)
    )


def field_key(folder: Path) -> str:
    """Return the key that encrypts tokens at rest, from ``CLOSEBOOK_FIELD_KEY`` or the data folder."""
    made = Fernet.generate_key().decode("ascii")
    return os.environ.get("CLOSEBOOK_FIELD_KEY") or _kept_text(folder / "field.key", made)
