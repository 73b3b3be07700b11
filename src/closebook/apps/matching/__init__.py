"""Who is who between a list of another program and the books: proposals, decisions, and their memory."""
