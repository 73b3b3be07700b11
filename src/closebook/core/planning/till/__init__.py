"""From the business of a till to the documents that the books should hold."""
