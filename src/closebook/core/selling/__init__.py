"""Rules of selling: figures, targets, forecasts, the closing diagnosis and the yearly summary."""
