"""Reading endpoints and deliveries."""
