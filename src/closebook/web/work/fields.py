"""Fields of the assistants' desk."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from closebook.web.books.fields import AmountField

MOST_MINOR = 10**11
"""No rate, price or limit of the desk is above this, in minor units."""
MOST_MINUTES = 366 * 24 * 60


class PayField(AmountField):
    """What somebody is paid, in minor units: nothing or more, and an amount that can be meant."""

    def read(self, text: str) -> int:
        """Return minor units. Raises ValidationError."""
        minor = super().read(text)
        if minor < 0:
            raise ValidationError(_("An amount is not below nothing."))
        if minor > MOST_MINOR:
            raise ValidationError(_("This amount is too large."))
        return minor
