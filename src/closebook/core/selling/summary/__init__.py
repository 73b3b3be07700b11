"""The yearly summary as plain data: figures with what they were made of, in sections, in no language."""
