"""Pages of bank accounts."""
