"""The QuickBooks Online protocol over the embedded companies. Its wire names live only here and in the
client.
"""
