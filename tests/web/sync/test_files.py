"""Bad uploads are answered with what helps, and nothing is half done; good ones are known by content."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from closebook.apps.companies.models import Role
from closebook.apps.sync.models import Connection, Group, SourceFile, SourceRow
from closebook.apps.sync.services.uploading import MOST_FILES
from tests.web.sync.conftest import Site


@pytest.fixture
def made(fresh_site) -> Connection:
    return Connection.objects.get()


def handed(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def upload(site, made, *files) -> str:
    return site.follow(f"connections/{made.pk}/upload/", {"files": list(files)})


def footprint() -> tuple[int, int, int]:
    return SourceFile.objects.count(), SourceRow.objects.count(), Group.objects.count()


def test_no_file_is_answered(fresh_site, made):
    assert "No file was chosen." in upload(fresh_site, made)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cat.png", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("bank.csv", b"Date,Text,Amount\n2026-01-01,Rent,100\n"),
        ("words.csv", b"hello"),
        ("zeros.csv", bytes(5000)),
    ],
)
def test_a_foreign_file_is_refused_and_changes_nothing(fresh_site, made, name, content):
    page = upload(fresh_site, made, handed(name, content))
    assert "refused" in page
    assert name in page
    assert footprint() == (0, 0, 0)


def test_an_empty_file_is_refused_with_what_helps(fresh_site, made):
    assert "The file is empty. Download it again" in upload(fresh_site, made, handed("may.csv", b""))
    assert footprint() == (0, 0, 0)


def test_a_file_over_the_limit_is_refused_and_the_others_are_taken(fresh_site, made, shop_files, settings):
    good = min(shop_files, key=lambda path: path.stat().st_size)
    settings.CLOSEBOOK_MAX_SOURCE_BYTES = good.stat().st_size
    large = handed("large.csv", good.read_bytes() + b"\n")
    page = upload(fresh_site, made, large, handed(good.name, good.read_bytes()))
    assert "is the limit. Download it month by month." in page
    assert "staged" in page
    assert [file.name for file in SourceFile.objects.all()] == [good.name]


def test_too_many_files_are_refused(fresh_site, made):
    many = [handed(f"{number}.csv", b"x") for number in range(MOST_FILES + 1)]
    assert "files came at once" in upload(fresh_site, made, *many)


def test_the_same_content_under_another_name_changes_nothing(fresh_site, made, shop_files):
    content = shop_files[0].read_bytes()
    upload(fresh_site, made, handed(shop_files[0].name, content))
    before = footprint()
    page = upload(fresh_site, made, handed("again.csv", content))
    assert "nothing changes" in page
    assert footprint() == before


def test_a_file_is_called_by_the_last_part_of_its_name(fresh_site, made, shop_files):
    long = "x" * 220 + "_" + shop_files[0].name
    upload(fresh_site, made, handed(long, shop_files[0].read_bytes()))
    assert SourceFile.objects.get().name.endswith(shop_files[0].name)


def test_what_was_understood_is_told_once(fresh_site, made, shop_files):
    page = upload(fresh_site, made, handed(shop_files[0].name, shop_files[0].read_bytes()))
    assert "What was understood" in page
    assert "What was understood" not in fresh_site.get(f"connections/{made.pk}/")


def test_bad_rows_are_counted_and_the_others_taken(fresh_site, made, shop_files):
    statement = next(path for path in shop_files if "statement" in path.name)
    lines = statement.read_text("utf-8-sig").splitlines()
    lines[1] = lines[1].replace("2026", "Smarch")
    page = upload(fresh_site, made, handed(statement.name, "\n".join(lines).encode()))
    assert "1 row could not be read" in page
    assert SourceFile.objects.get().bad_rows == 1


def test_a_contributor_hands_files_in_and_does_no_more(fresh, made, shop_files):
    site = Site(fresh.company(), Role.CONTRIBUTOR, "cas")
    page = upload(site, made, handed(shop_files[0].name, shop_files[0].read_bytes()))
    assert "What was understood" in page
    assert "Sync now" not in page
    site.post(f"connections/{made.pk}/plan/", code=403)


def test_the_rows_of_a_file_are_searched_and_exported(fresh_site, made, shop_files):
    statement = next(path for path in shop_files if "statement" in path.name)
    upload(fresh_site, made, handed(statement.name, statement.read_bytes()))
    file = SourceFile.objects.get()
    row = SourceRow.objects.filter(file=file).first()
    assert row.group in fresh_site.get(f"connections/files/{file.pk}/?q={row.group}")
    assert "Nothing fits" in fresh_site.get(f"connections/files/{file.pk}/?q=nowhere-to-be-found")
    assert row.group in fresh_site.get(f"connections/files/{file.pk}/?export=csv")
    assert "No document in the books came of it" in fresh_site.get(f"connections/rows/{row.pk}/")
