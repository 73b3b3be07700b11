"""Pages that look ahead: targets, the forecast with its trial on the past, and a manager's week."""
