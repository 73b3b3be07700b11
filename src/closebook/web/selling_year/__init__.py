"""The yearly summary's studio, and its files: Word, PowerPoint, Excel, PDF and HTML."""
