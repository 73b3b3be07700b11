"""The site's frame: base templates, start page, stylesheet."""
