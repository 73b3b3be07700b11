"""What reads need beyond a stored body: balances, quantities, renamed references."""
