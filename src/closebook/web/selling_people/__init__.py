"""Pages about the customers and dealers of selling, and their complaints."""
