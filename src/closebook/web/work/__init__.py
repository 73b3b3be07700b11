"""The pages of assistants: hiring, contracts, tasks and timers."""
