"""The memory of the product: Django, one app per capability."""
