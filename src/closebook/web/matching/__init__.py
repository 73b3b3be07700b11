"""The pages on which a person says who is who."""
