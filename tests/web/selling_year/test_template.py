"""The owner's Word template: kept when a Word file can be made of it, refused when it is anything else."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from closebook.apps.selling.models import SummaryTemplate
from closebook.apps.selling.services.summary import summary_begin
from closebook.core.errors import InputError
from closebook.core.selling.word_template import MOST_BYTES, template_checked
from tests.web.selling.test_opportunities import DAY, Desk

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def template(*styles_gone: str) -> bytes:
    made = docx.Document()
    made.styles["Heading 1"].font.name = "Georgia"
    made.sections[0].header.paragraphs[0].text = "Quill Prints"
    for name in styles_gone:
        made.styles[name].delete()
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def changed(data: bytes, part: str, old: bytes, new: bytes, *, add: bool = False) -> bytes:
    """Return a template with something replaced in one of its parts, or with a part more."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(buffer, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            after.writestr(name, text.replace(old, new) if name == part and not add else text)
        if add:
            after.writestr(part, new)
    return buffer.getvalue()


GOOD = template()
RELS = "word/_rels/document.xml.rels"
EXTERNAL = b'<Relationship Id="x1" Type="http://x/%s" Target="http://x.example/a" TargetMode="External"/>'


def external(kind: bytes) -> bytes:
    return changed(GOOD, RELS, b"</Relationships>", EXTERNAL % kind + b"</Relationships>")


BAD = {
    "no zip": b"not a file",
    "empty": b"",
    "another zip": changed(GOOD, "[Content_Types].xml", b"wordprocessingml.document.main", b"other"),
    "macros": changed(GOOD, "word/vbaProject.bin", b"", b"x", add=True),
    "a template from elsewhere": external(b"attachedTemplate"),
    "a picture from elsewhere": external(b"image"),
    "entities": changed(GOOD, "word/document.xml", b"<w:document", b"<!DOCTYPE x><w:document"),
    "a way out": changed(GOOD, "../evil.xml", b"", b"<a/>", add=True),
    "broken inside": changed(GOOD, "word/document.xml", b"<w:body>", b"<w:body"),
    "too large": b"x" * (MOST_BYTES + 1),
}


def handed_in(desk: Desk, data: bytes, who: str = "boss", status: int = 302) -> None:
    desk.post(who, "summary-template", status=status, file=SimpleUploadedFile("House style.docx", data))


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_plain_word_file_is_refused_and_the_one_before_stays(name):
    desk = Desk()
    handed_in(desk, GOOD)
    handed_in(desk, BAD[name])
    page = desk.get("boss", "summaries")
    assert 'class="message error' in page
    assert bytes(SummaryTemplate.objects.get().data) == GOOD


def test_links_to_pages_and_missing_styles_are_fine():
    assert template_checked(external(b"hyperlink"))
    desk = Desk()
    handed_in(desk, template("Heading 2", "Title", "List Bullet", "Light List Accent 1"))
    assert SummaryTemplate.objects.get().name == "House style.docx"


def test_a_bomb_is_refused_before_it_is_unpacked():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name in ("[Content_Types].xml", "word/document.xml"):
            file.writestr(name, b"0" * 40_000_000)
    assert len(buffer.getvalue()) < MOST_BYTES
    with pytest.raises(InputError, match="too large"):
        template_checked(buffer.getvalue())


def test_summaries_are_written_in_it_until_it_is_removed():
    desk, other = Desk(), Desk("two")
    one = summary_begin(desk.company, DAY, DAY, "boss")

    def header() -> str:
        answer = desk.clients["boss"].get(desk.address("summary-file", one.pk, "docx"))
        return docx.Document(io.BytesIO(answer.content)).sections[0].header.paragraphs[0].text

    desk.get("boss", "summary-template", status=404)
    handed_in(desk, GOOD)
    assert header() == "Quill Prints"
    given = desk.clients["boss"].get(desk.address("summary-template"))
    assert given.content == GOOD
    other.get("boss", "summary-template", status=404)
    other.post("boss", "summary-template", drop="1")
    desk.post("ann", "summary-template", status=403, drop="1")
    desk.post("boss", "summary-template")
    assert "Choose a Word file first." in desk.get("boss", "summaries")
    assert header() == "Quill Prints"
    desk.post("boss", "summary-template", drop="1")
    assert header() == ""
