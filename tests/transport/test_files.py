"""Text files: encodings in their order, line ends, and refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from closebook.core.errors import InputError
from closebook.transport.files import TextFile, open_text, survey, tail


def made(folder: Path, raw: bytes) -> Path:
    """Write bytes and return their path."""
    path = folder / "x.csv"
    path.write_bytes(raw)
    return path


def text_of(file: TextFile) -> str:
    """Return a surveyed file's text."""
    with open_text(file) as handle:
        return handle.read()


@pytest.mark.parametrize(
    ("encoding", "wanted", "certain"),
    [
        ("utf-8", "utf-8", True),
        ("utf-8-sig", "utf-8-sig", True),
        ("utf-16", "utf-16", True),
        ("utf-16-le", "utf-16-le", True),
        ("utf-16-be", "utf-16-be", True),
        ("windows-1252", "windows-1252", False),
    ],
)
def test_encodings(encoding: str, wanted: str, *, certain: bool, tmp_path: Path) -> None:
    text = "name,amount\r\nCafé,€5\r\n"
    file = survey(made(tmp_path, text.encode(encoding)))
    assert (file.encoding, file.certain, file.ends_with_newline) == (wanted, certain, True)
    assert text_of(file) == text
    assert tail(file) == text


def test_bytes_that_fit_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        survey(made(tmp_path, b"name\n\x81\x8d\xff\n"))
    assert caught.value.code == "unknown-encoding"
    assert survey(tmp_path / "x.csv", encoding="mac-roman").encoding == "mac-roman"
    with pytest.raises(InputError):
        survey(tmp_path / "x.csv", encoding="klingon")


@pytest.mark.parametrize(
    ("raw", "code", "words"),
    [
        (b"", "empty-file", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty-file", "empty"),
        (b"%PDF-1.7", "binary-file", "PDF"),
        (b"PK\x03\x04 mimetype", "binary-file", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "binary-file", "xls"),
        (b"\x1f\x8b\x08", "binary-file", "gzip"),
        (b"a,b\n\0\0\0\n", "binary-file", "text"),
    ],
)
def test_refusals(raw: bytes, code: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words) as caught:
        survey(made(tmp_path, raw))
    assert caught.value.code == code
    assert caught.value.place.file == "x.csv"
    assert caught.value.remedy


def test_refusals_before_reading(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.csv", "no-such-file"), (tmp_path, "is-a-folder")):
        with pytest.raises(InputError) as caught:
            survey(path)
        assert caught.value.code == code
    with pytest.raises(InputError, match="11 bytes") as caught:
        survey(made(tmp_path, b"a,b\n1,2\n3,4"), max_bytes=10)
    assert caught.value.code == "too-large-file"


def test_tails_begin_at_a_line(tmp_path: Path) -> None:
    for newline in ("\n", "\r\n", "\r"):
        raw = newline.join(f"row {number}" for number in range(1000)).encode()
        file = survey(made(tmp_path, raw))
        assert not file.ends_with_newline
        assert tail(file, 100).split(newline)[0].startswith("row ")
        assert tail(file, 100).endswith("row 999")
