"""Lists as other programs hand them out."""

from __future__ import annotations

import pytest

from closebook.connectors.contact_lists import contacts_read
from closebook.core.errors import InputError

PROJECTS = (
    "client_id,display_name,company,first_name,last_name,email,phone,mobile,street,street2,city,state,"
    "postcode,country,type,parent_id,active\n"
    "7,Hill Homes,Hill Homes LLC,Ann,Hill,ann@hill.com,(555) 010-0199,555-010-0111,12 Main St,Apt 2,Reno,"
    "NV,89501,US,client,,1\n"
    "8,Hill Homes:Kitchen,,,,,,,,,,,,,client,7,1\n"
    "9,Wood Supply,,,,w@wood.com,,,,,,,,,vendor,,1\n"
    "10,Bob Stone,,Bob,Stone,bob@a.com; bob@b.com,,,,,,,,,client,,0\n"
)
QUICKBOOKS = (
    "My company,,,,\nCustomer Contact List,,,,\n,,,,\n"
    "Customer,Phone Numbers,Email,Full Name,Billing Address\n"
    '"Hill, Ann",Phone:(555) 010-0199 Mobile:555 010 0111,ann@hill.com,Ann Hill,'
    '"12 Main St\nReno, NV 89501"\n'
    "Bob Stone,,,,\n"
    ",,,,\n"
    '"Saturday, May 2, 2026 10:01 AM",,,,\n'
)


def test_a_plain_list_is_read_with_its_kind_alone():
    found = contacts_read("clients.csv", PROJECTS.encode(), "customer")
    ann, kitchen, bob = found.parties
    assert (ann.id, ann.company, ann.first, ann.last) == ("7", "Hill Homes LLC", "Ann", "Hill")
    assert ann.phones == ("(555) 010-0199", "555-010-0111")
    assert (ann.street, ann.city, ann.postcode) == ("12 Main St Apt 2", "Reno", "89501")
    assert kitchen.is_job
    assert (bob.emails, bob.active) == (("bob@a.com", "bob@b.com"), False)
    assert found.unknown == ("state",)


def test_vendors_of_a_mixed_list():
    assert [one.id for one in contacts_read("clients.csv", PROJECTS.encode(), "vendor").parties] == ["9"]


def test_the_contact_list_of_quickbooks_is_read_below_its_titles():
    ann, bob = contacts_read("contacts.csv", b"\xef\xbb\xbf" + QUICKBOOKS.encode(), "customer").parties
    assert ann.display_name == "Hill, Ann"
    assert ann.phones == ("(555) 010-0199", "555 010 0111")
    assert (ann.street, ann.city, ann.postcode) == ("12 Main St", "Reno", "89501")
    assert (ann.first, ann.last) == ("Ann", "Hill")
    assert bob.id == "Bob Stone"


@pytest.mark.parametrize("data", ["Naam;E-mail\nx;y\n", "1,2,3\n4,5,6\n", ""])
def test_a_file_without_headings_is_refused(data):
    with pytest.raises(InputError, match="names its columns"):
        contacts_read("x.csv", data.encode())


def test_a_list_of_nobody_is_refused():
    with pytest.raises(InputError, match="Nobody"):
        contacts_read("x.csv", b"Name,Email\n,\n")


def test_rounded_ids_are_refused_with_their_row():
    with pytest.raises(InputError, match="row 3"):
        contacts_read("x.csv", b"id,name,email\n1,Ann,\n1.2E+12,Bob,\n")


def test_other_separators_and_encodings():
    data = "Name;Email;Phone\nMüller;m@x.de;030 1234567\n"
    for encoded in (data.encode(), data.encode("cp1252"), data.encode("utf-16")):
        assert contacts_read("x.csv", encoded).parties[0].display_name == "Müller"


def test_the_same_name_twice_gets_ids_apart():
    found = contacts_read("x.csv", b"Name,Email\nAnn Hill,a@x.nl\nAnn Hill,b@x.nl\n").parties
    assert [one.id for one in found] == ["Ann Hill", "Ann Hill #2"]


def test_items_have_their_sku_as_number():
    (one,) = contacts_read("x.csv", b"Product/Service,SKU\nCandle,C-1\n", "item").parties
    assert (one.display_name, one.number) == ("Candle", "C-1")
