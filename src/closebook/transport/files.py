"""Text files of the outside world: what they are, in which encoding, and reading them as a stream.

Order of the tries: byte order mark, strict UTF-8, then windows-1252, which the caller shows as a choice
because nothing in a file proves it. Nothing is guessed from letter statistics.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from closebook.core.errors import InputError, Place
from closebook.core.wording import shown

MAX_BYTES = 512 * 1024 * 1024
HEAD_BYTES = 64 * 1024
_CHUNK_BYTES = 1024 * 1024
FALLBACK = "windows-1252"
ENCODING_CHOICES = ("windows-1252", "utf-8", "utf-16", "mac-roman", "iso-8859-2", "iso-8859-15", "shift-jis")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BINARY = (
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (xls)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"Rar!", "an archive (rar)"),
    (b"7z\xbc\xaf", "an archive (7z)"),
    (b"SQLite format 3", "a database (SQLite)"),
)
_ZIP_MARK = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file that was looked through once. ``certain`` is False when the encoding is a mere guess."""

    path: Path
    encoding: str
    certain: bool
    size_bytes: int
    ends_with_newline: bool
    head: bytes


def survey(path: Path, *, encoding: str = "", max_bytes: int = MAX_BYTES) -> TextFile:
    """Return what a text file is, after one look through all its bytes in constant memory.

    ``encoding`` is the user's choice, or "" to find out. Raises InputError: no-such-file, is-a-folder,
    not-readable, empty-file, too-large-file, binary-file, unknown-encoding.
    """
    place = Place(file=path.name)
    size = _size_bytes(path, place, max_bytes)
    try:
        with path.open("rb") as handle:
            head = handle.read(HEAD_BYTES)
    except OSError as error:
        raise InputError(
            "not-readable", f"The file cannot be read: {error.strerror}.", place=place
        ) from error
    refuse_binary(head, place)
    chosen, certain = _encoding(path, head, encoding, place)
    if not head.decode(chosen, errors="ignore").strip("\ufeff \t\r\n") and size <= HEAD_BYTES:
        raise InputError("empty-file", "The file is empty.", remedy="Download it again.", place=place)
    return TextFile(path, chosen, certain, size, _ends_with_newline(path, chosen), head)


def open_text(file: TextFile) -> TextIO:
    """Return the open text of a surveyed file, line ends as they are (as the csv module wants them)."""
    return file.path.open(encoding=file.encoding, newline="")


def tail(file: TextFile, size_bytes: int = HEAD_BYTES) -> str:
    """Return the text of the last bytes of a file, beginning at some line unless the file is short."""
    start = max(0, file.size_bytes - size_bytes)
    start -= start % 2
    with file.path.open("rb") as handle:
        handle.seek(start)
        raw = handle.read()
    text = raw.decode(_without_mark(file), errors="replace").lstrip("\ufeff")
    return "".join(text.splitlines(keepends=True)[1:]) if start else text


def decode_head(head: bytes) -> str:
    """Return the text at the beginning of a file, in the encoding that its mark or its bytes suggest."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return head[: len(head) // 2 * 2 if name == "utf-16" else None].decode(name, errors="ignore")
    bare = _bare_utf16(head)
    if bare:
        return head[: len(head) // 2 * 2].decode(bare, errors="ignore")
    try:
        return codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        return head.decode(FALLBACK, errors="replace")


def refuse_binary(head: bytes, place: Place) -> None:
    """Raise InputError binary-file, naming the kind, when the bytes are not text."""
    kind = next((words for mark, words in _BINARY if head.startswith(mark)), "")
    if head.startswith(_ZIP_MARK):
        kind = (
            "an Excel workbook (xlsx)"
            if b"xl/" in head or b"[Content_Types].xml" in head
            else "a ZIP archive"
        )
    if not kind and b"\0" in head and not _marked_utf16(head) and not _bare_utf16(head):
        kind = shown("not a text file")
    if kind:
        raise InputError(
            "binary-file",
            f"This is {kind}, not a CSV file.",
            remedy="Unpack it, or save the sheet as CSV, or download the CSV file from the shop again.",
            place=place,
        )


def _size_bytes(path: Path, place: Place, max_bytes: int) -> int:
    try:
        known = path.exists()
    except OSError:  # a name that the file system cannot have, or a folder that may not be looked into
        known = False
    if not known:
        raise InputError("no-such-file", f"There is no file {path}.", remedy="Check the name.", place=place)
    if path.is_dir():
        raise InputError("is-a-folder", f"{path} is a folder.", remedy="Name a file in it.", place=place)
    size = path.stat().st_size
    if not size:
        raise InputError("empty-file", "The file is empty.", remedy="Download it again.", place=place)
    if size > max_bytes:
        text = f"The file has {size:,} bytes; at most {max_bytes:,} are read."
        raise InputError("too-large-file", text, remedy="Split it by month.", place=place)
    return size


def _encoding(path: Path, head: bytes, wanted: str, place: Place) -> tuple[str, bool]:
    if wanted:
        return _wanted(path, head, wanted, place), True
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), "") or _bare_utf16(head)
    if marked:
        if not _decodes(path, marked):
            raise _unknown(place, f"The file begins as {marked} but does not go on so.")
        return marked, True
    if _decodes(path, "utf-8"):
        return "utf-8", True
    if _decodes(path, FALLBACK):
        return FALLBACK, False
    raise _unknown(place, "The file's encoding is neither UTF-8 nor windows-1252.")


def _wanted(path: Path, head: bytes, wanted: str, place: Place) -> str:
    try:
        name = codecs.lookup(wanted).name
    except LookupError as error:
        raise _unknown(place, f"{wanted!r} is no encoding.") from error
    if name == "utf-8" and head.startswith(codecs.BOM_UTF8):
        name = "utf-8-sig"
    if name == "utf-16" and not _marked_utf16(head):
        name = _bare_utf16(head) or "utf-16-le"
    if not _decodes(path, name):
        raise _unknown(place, f"The file is not written in {wanted}.")
    return name


def _unknown(place: Place, message: str) -> InputError:
    remedy = "Save it as UTF-8, or choose its encoding: " + ", ".join(ENCODING_CHOICES) + "."
    return InputError("unknown-encoding", message, remedy=remedy, place=place)


def _decodes(path: Path, encoding: str) -> bool:
    try:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        with path.open("rb") as handle:
            while chunk := handle.read(_CHUNK_BYTES):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _marked_utf16(head: bytes) -> bool:
    return head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _bare_utf16(head: bytes) -> str:
    """Return the flavour of UTF-16 without a mark: Latin letters then have a zero in every second byte."""
    sample = head[:400]
    half = len(sample) // 2
    if half < 2 or b"\0" not in sample:
        return ""
    low, high = sample[1::2].count(0), sample[::2].count(0)
    if low > half * 3 // 4 and not high:
        return "utf-16-le"
    return "utf-16-be" if high > half * 3 // 4 and not low else ""


def _without_mark(file: TextFile) -> str:
    if file.encoding == "utf-16":
        return "utf-16-le" if file.head.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    return "utf-8" if file.encoding == "utf-8-sig" else file.encoding


def _ends_with_newline(path: Path, encoding: str) -> bool:
    with path.open("rb") as handle:
        handle.seek(-min(2, path.stat().st_size), 2)
        last = handle.read()
    return any(byte in b"\r\n" for byte in (last if "16" in encoding else last[-1:]))
