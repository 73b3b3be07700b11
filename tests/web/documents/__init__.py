"""The pages of the books: lists, documents, forms."""
