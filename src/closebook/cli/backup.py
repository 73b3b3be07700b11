"""``closebook backup`` and ``closebook restore``."""

from __future__ import annotations

import os
from pathlib import Path

from closebook import __version__
from closebook.cli.output import print_line
from closebook.core.errors import InputError
from closebook.transport.archive import read_archive, write_archive


def _refuse_postgres() -> None:
    if os.environ.get("DATABASE_URL"):
        raise InputError(
            "postgres-backup",
            "The data are in PostgreSQL.",
            remedy="Use pg_dump for the database, and keep the files and keys of the data folder with it.",
        )


def backup(file: Path) -> None:
    """Write everything into one archive: databases, uploaded files and keys. Closebook may go on running.

    Parameters
    ----------
    file: The archive to write, such as closebook-2026-03-31.tar.gz. It holds the keys: keep it safe.
    """
    from closebook.transport.home import home_folder

    _refuse_postgres()
    size = write_archive(home_folder(), file, __version__)
    print_line(f"{file} holds everything ({size / 1e6:.1f} MB). It contains the keys: keep it safe.")


def restore(file: Path) -> None:
    """Put an archive of `closebook backup` into an empty data folder.

    Parameters
    ----------
    file: The archive to read.
    """
    from closebook.transport.home import home_folder

    _refuse_postgres()
    names = read_archive(file, home_folder())
    print_line(f"{len(names)} files are restored into {home_folder()}. Check with `closebook doctor`.")
