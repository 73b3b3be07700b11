"""Who is who in two lists: one-to-one proposals with probability and reasons, learned from the lists."""
