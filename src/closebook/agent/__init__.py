"""The small program on an assistant's own machine: timer, evidence, private list and pop-ups."""
