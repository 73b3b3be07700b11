"""The QuickBooks Online client, for Intuit's service and for embedded companies alike."""
