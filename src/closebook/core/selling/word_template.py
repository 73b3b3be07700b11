"""Checking an owner's Word template before it is kept: what it is, how large, and that it calls nobody.

Source: ECMA-376 part 2 (Open Packaging Conventions) for the parts and their relationships.
"""

from __future__ import annotations

import io
import re
from zipfile import BadZipFile, ZipFile, ZipInfo

from closebook.core.errors import InputError

MOST_BYTES = 5_000_000
MOST_UNPACKED = 60_000_000
MOST_PARTS = 1_000
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_NEEDED = {"[Content_Types].xml", "word/document.xml"}
_EXTERNAL = re.compile(rb"<[^<>]*TargetMode\s*=\s*[\"']External[\"'][^<>]*>", re.IGNORECASE)
_XML = (".xml", ".rels")


def template_checked(data: bytes) -> bytes:
    """Return a template that may be kept. Raises InputError summary-template.

    Refused are other files, macros, entities, and parts that are fetched from elsewhere when it is opened.
    """
    if len(data) > MOST_BYTES:
        raise _refused("This template is too large.", "Choose a file of at most 5 MB.")
    try:
        with ZipFile(io.BytesIO(data)) as file:
            _look(file)
    except (BadZipFile, OSError, ValueError, RuntimeError, EOFError) as error:
        raise _refused("This is no Word file.", "Choose a file that ends in .docx.") from error
    return data


def _refused(text: str, remedy: str) -> InputError:
    return InputError("summary-template", text, remedy=remedy)


def _look(file: ZipFile) -> None:
    parts = file.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _refused("This template is too large.", "Choose a file of at most 5 MB.")
    if not names >= _NEEDED or len(names) != len(parts) or any(map(_strange, parts)):
        raise _refused("This is no Word file.", "Choose a file that ends in .docx.")
    if _MAIN not in file.read("[Content_Types].xml") or any("vba" in name.lower() for name in names):
        raise _refused("This Word file may hold macros.", "Save it as .docx, without macros.")
    for part in parts:
        if part.filename.lower().endswith(_XML):
            _look_inside(file.read(part))


def _strange(part: ZipInfo) -> bool:
    name = part.filename
    return bool(part.flag_bits & 1) or name.startswith("/") or "\\" in name or ".." in name.split("/")


def _look_inside(text: bytes) -> None:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise _refused("This is no Word file.", "Choose a file that ends in .docx.")
    for found in _EXTERNAL.findall(text):
        if b"/hyperlink" not in found:
            raise _refused(
                "This template fetches a part from elsewhere when it is opened.",
                "Put pictures into the file, save it under a new name and choose that.",
            )
