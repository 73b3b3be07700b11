"""Pages of errors, holds, profiles and schedules, with real services over a data folder."""
