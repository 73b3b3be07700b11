"""How forms are drawn: label, field, help and error, the same on every page and on those of allauth."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Draws forms and fields by the kit's templates."""

    form_template_name = "kit/form_fields.html"
    field_template_name = "kit/field.html"
