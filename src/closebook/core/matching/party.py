"""What is known of a customer, vendor or item on either side."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Party:
    """One line of a list, as delivered; ``id`` is unique within its list.

    ``number`` is a fact that both sides may know by heart: a SKU, a customer number, a date of birth.
    ``linked_id`` is the other side's id where this side already keeps one.
    """

    id: str
    display_name: str = ""
    company: str = ""
    first: str = ""
    last: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    street: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""
    tax_id: str = ""
    number: str = ""
    parent_id: str = ""
    linked_id: str = ""
    active: bool = True

    @property
    def is_job(self) -> bool:
        """Return whether this is a sub-customer: a job of another, also when only its path says so."""
        return bool(self.parent_id) or ":" in self.display_name

    @property
    def own_name(self) -> str:
        """Return the name without its parents: the last part of ``Parent:Child``.

        >>> Party("1", "Hill Homes:Kitchen").own_name
        'Kitchen'
        """
        return self.display_name.rpartition(":")[2].strip()
