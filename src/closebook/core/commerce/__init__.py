"""What happened in the business, in one vocabulary for every source: orders and movements of money."""
