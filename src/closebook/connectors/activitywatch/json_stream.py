"""JSON read piece by piece, so that a large export needs no more memory than its largest event."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from closebook.core.errors import InputError

_CHUNK = 256 * 1024
_LONGEST = 16 * 1024 * 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BROKEN = (OSError, EOFError, zlib.error, UnicodeError, zipfile.BadZipFile, RuntimeError)
_DECODER = json.JSONDecoder()
_BLANK = " \t\r\n"


def text_of(file: IO[bytes]) -> IO[str]:
    """Return a file's text: packed as gzip or as the first JSON of a zip or plain, with a mark or without.

    Raises InputError for a zip without JSON, or one that breaks off at once.
    """
    try:
        head = file.read(4)
        file.seek(0)
    except _BROKEN as error:
        raise _breaks_off(1, 1) from error
    if head[:2] == b"\x1f\x8b":
        return text_of(io.BufferedReader(gzip.GzipFile(fileobj=file)))
    if head == b"PK\x03\x04":
        return text_of(_zipped(file))
    coding = next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
    return io.TextIOWrapper(file, encoding=coding)


def _zipped(file: IO[bytes]) -> IO[bytes]:
    try:
        archive = zipfile.ZipFile(file)
        name = next((n for n in archive.namelist() if n.lower().endswith((".json", ".json.gz"))), "")
        if name:
            return archive.open(name)
    except _BROKEN as error:
        raise InputError("not-an-export", "This is no export of ActivityWatch.") from error
    raise InputError("not-an-export", "This is no export of ActivityWatch.")


class JsonStream:
    """A text of JSON that is gone through once, from its first sign to its last."""

    def __init__(self, text: IO[str]) -> None:
        """Begin before the first sign."""
        self._text, self._kept, self._at, self._ended = text, "", 0, False
        self._lines, self._column = 1, 0

    def peek(self) -> str:
        """Return the next sign that is no blank, "" at the end."""
        while True:
            while self._at < len(self._kept) and self._kept[self._at] in _BLANK:
                self._at += 1
            if self._at < len(self._kept):
                return self._kept[self._at]
            if not self._more():
                return ""

    def value(self) -> Any:
        """Return the next value, read whole. Raises InputError where the text breaks off."""
        self.peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._kept, self._at)
            except (ValueError, RecursionError) as error:
                if len(self._kept) - self._at > _LONGEST or not self._more():
                    raise self._broken() from error
                continue
            if end < len(self._kept) or not self._more():
                self._at = end
                return found

    def members(self) -> Iterator[str]:
        """Yield the names of an object; each value is to be read before the next name is asked for."""
        for _ in self._parts("{", "}"):
            name = self.value()
            if not isinstance(name, str):
                raise self._broken()
            self._take(":")
            yield name

    def items(self) -> Iterator[None]:
        """Yield once before each value of a list."""
        yield from self._parts("[", "]")

    def _parts(self, begin: str, end: str) -> Iterator[None]:
        self._take(begin)
        if self.peek() == end:
            self._at += 1
            return
        while True:
            yield
            if self.peek() == end:
                self._at += 1
                return
            self._take(",")

    def _take(self, sign: str) -> None:
        if self.peek() != sign:
            raise self._broken()
        self._at += 1

    def _more(self) -> bool:
        """Read on; drop what was gone through; tell whether there was more."""
        if self._ended:
            return False
        try:
            chunk = self._text.read(_CHUNK)
        except _BROKEN as error:
            raise self._broken(len(self._kept)) from error
        self._pass()
        self._kept, self._ended = self._kept + chunk, not chunk
        return bool(chunk)

    def _pass(self) -> None:
        gone, self._kept = self._kept[: self._at], self._kept[self._at :]
        breaks = gone.count("\n")
        self._lines += breaks
        self._column = len(gone) - gone.rfind("\n") - 1 if breaks else self._column + len(gone)
        self._at = 0

    def _broken(self, at: int | None = None) -> InputError:
        if at is not None:
            self._at = at
        self._pass()
        return _breaks_off(self._lines, self._column + 1)


def _breaks_off(line: int, at: int) -> InputError:
    return InputError(
        "export-breaks-off",
        f"This file breaks off or is no JSON at line {line}, character {at}.",
        remedy="Export it once more.",
    )
