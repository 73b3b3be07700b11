"""Notes and files."""

from __future__ import annotations

import base64
import datetime as dt
import json

import pytest

from closebook.apps.books.models import Attachment
from closebook.apps.qbo import attachables
from closebook.apps.qbo.faults import Fault
from closebook.apps.qbo.files import file_of_url
from closebook.apps.qbo.multipart import parts_of

from .conftest import NOW

pytestmark = pytest.mark.django_db(databases=["default", "books"])

PICTURE = b"\xff\xd8\r\n--not-a-boundary\r\n\x00\xff"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def ada(caller):
    """Return a reference to a stored customer."""
    made = caller.make("customer", {"DisplayName": "Ada"})
    return {"EntityRef": {"type": "customer", "value": made["Id"]}}


def multipart(*parts, end="\r\n"):
    """Return a body of (headers, data) parts."""
    chunks = []
    for headers, data in parts:
        lines = "".join(f"{line}{end}" for line in headers)
        chunks.append(f"--XX{end}{lines}{end}".encode() + data + end.encode())
    return b"".join(chunks) + f"--XX--{end}".encode()


def part(name, data, *more, filename="", kind=""):
    disposition = f'Content-Disposition: form-data; name="{name}"' + (
        f'; filename="{filename}"' if filename else ""
    )
    headers = [disposition, *([f"Content-Type: {kind}"] if kind else []), *more]
    return headers, data


def upload(caller, body, boundary="XX"):
    found = caller.call("POST", "upload", body=body, content_type=f"multipart/form-data; boundary={boundary}")
    return found.status, json.loads(found.body)


def described(**more):
    return json.dumps({"FileName": "r.jpg", "ContentType": "image/jpeg", **more}).encode()


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("number", ["_0", "_01", ""])
@pytest.mark.parametrize("coded", [True, False])
def test_upload_in_all_the_ways_of_clients(caller, ada, end, number, coded):
    data = base64.encodebytes(PICTURE) if coded else PICTURE
    transfer = ["Content-Transfer-Encoding: base64"] if coded else []
    body = multipart(
        part(f"file_metadata{number}", described(AttachableRef=[ada]), kind="application/json"),
        part(f"file_content{number}", data, *transfer, filename="r.jpg", kind="image/jpeg"),
        end=end,
    )
    status, answer = upload(caller, body)
    made = answer["AttachableResponse"][0]["Attachable"]
    assert (status, made["Size"], len(made["Id"])) == (200, len(PICTURE), 19)
    assert made["AttachableRef"][0]["EntityRef"] == {"type": "Customer", "value": "1"}
    assert open_url(caller, made["TempDownloadUri"], NOW)[0] == PICTURE


def open_url(caller, url, now):
    path, _, query = url.partition("?")
    fields = dict(pair.split("=") for pair in query.split("&"))
    wire_id = path.rsplit("/", 1)[1]
    return file_of_url(caller.company.realm_id, wire_id, fields["expires"], fields["signature"], now)


def test_several_files_one_of_them_bad(caller, ada):
    body = multipart(
        part("file_metadata_1", b"{", kind="application/json"),
        part("file_content_1", b"one", filename="1.txt", kind="text/plain"),
        part("file_content_0", b"zero", filename="0.txt", kind="text/plain"),
    )
    _status, answer = upload(caller, body)
    first, second = answer["AttachableResponse"]
    assert first["Attachable"]["FileName"] == "0.txt"
    assert second["Fault"]["Error"][0]["code"] == "6040"


def test_download_gives_an_address_that_ends(caller):
    _status, answer = upload(
        caller, multipart(part("file_content_0", b"hello", filename="a.txt", kind="text/plain"))
    )
    wire_id = answer["AttachableResponse"][0]["Attachable"]["Id"]
    found = caller.call("GET", f"download/{wire_id}")
    assert (found.status, found.content_type) == (200, "text/plain;charset=UTF-8")
    url = found.body.decode()
    assert open_url(caller, url, NOW + dt.timedelta(minutes=14, seconds=59)) == (
        b"hello",
        "text/plain",
        "a.txt",
    )
    assert open_url(caller, url, NOW + dt.timedelta(minutes=15, seconds=1)) is None
    assert open_url(caller, url.replace("signature=", "signature=0"), NOW) is None


def test_temporary_address_over_http(caller, client):
    from closebook.transport import clock

    caller.now = NOW
    _status, answer = upload(
        caller, multipart(part("file_content_0", b"<b>", filename="a.html", kind="text/html"))
    )
    url = answer["AttachableResponse"][0]["Attachable"]["TempDownloadUri"].removeprefix("http://testserver")
    expected = 200 if clock.now() < NOW + dt.timedelta(minutes=15) else 403
    response = client.get(url)
    assert response.status_code == expected
    assert client.get(url.replace("expires=", "expires=9")).status_code == 403


def test_note_is_found_by_what_it_hangs_on(caller, ada):
    made = caller.make("attachable", {"Note": "call back", "AttachableRef": [ada]})
    where = "AttachableRef.EntityRef.Type = 'CUSTOMER' and AttachableRef.EntityRef.value = '1'"
    assert caller.rows(f"select Id from Attachable where {where}") == [{"Id": made["Id"], "sparse": True}]
    assert caller.rows("select * from Attachable where AttachableRef.EntityRef.value = '2'") == []
    assert caller.refused("attachable", {"Note": "x" * 2001}) == "2050"


def test_uploaded_file_can_be_hung_up_later(caller, ada):
    _status, answer = upload(caller, multipart(part("file_content_0", b"hello", filename="a.txt")))
    made = answer["AttachableResponse"][0]["Attachable"]
    changed = caller.make("attachable", {**made, "AttachableRef": [ada]})
    assert (changed["Size"], changed["FileName"], changed["SyncToken"]) == (5, "a.txt", "1")
    assert changed["ContentType"] == "text/plain"


def test_deleted_attachable_takes_its_file_along(caller, settings):
    _status, answer = upload(caller, multipart(part("file_content_0", b"hello", filename="a.txt")))
    made = answer["AttachableResponse"][0]["Attachable"]
    kept = settings.MEDIA_ROOT / Attachment.objects.using("books").get().path
    assert kept.read_bytes() == b"hello"
    caller.make("attachable", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
    assert not kept.exists()


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({}, "2020"),
        ({"Note": "x", "Category": "Gossip"}, "2170"),
        ({"Note": "x", "AttachableRef": {"EntityRef": {"type": "Customer", "value": "1"}}}, "2010"),
        ({"Note": "x", "AttachableRef": [{"EntityRef": {"type": "Moon", "value": "1"}}]}, "6050"),
        ({"Note": "x", "AttachableRef": [{"EntityRef": {"type": "Customer", "value": "99"}}]}, "2500"),
        ({"Note": "x", "AttachableRef": [{"EntityRef": {"type": "Customer"}}]}, "2020"),
    ],
)
def test_refused(caller, payload, code):
    assert caller.refused("attachable", payload) == code


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--XX--",
        b"--XX\r\nno end",
        multipart(part("file_content_0", b"%%%", "Content-Transfer-Encoding: base64")),
    ],
)
def test_broken_uploads(caller, body):
    status, answer = upload(caller, body)
    fault = answer.get("Fault") or answer["AttachableResponse"][0]["Fault"]
    assert (status in {200, 400}, fault["Error"][0]["code"]) == (True, "6041")


def test_too_large(caller, settings):
    big = multipart(part("file_content_0", b"x" * (attachables.MOST_BYTES + 1), filename="a.bin"))
    status, answer = upload(caller, big)
    assert (status, answer["Fault"]["Error"][0]["code"]) == (413, "6030")


def test_boundary_is_needed():
    with pytest.raises(Fault):
        parts_of(b"--XX\r\n\r\nx\r\n--XX--", "multipart/form-data")
