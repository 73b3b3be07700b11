"""Reading companies and roles."""
