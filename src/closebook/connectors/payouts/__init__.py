"""Ways to pay people: files for banks and payment services, and their interfaces for programs."""
