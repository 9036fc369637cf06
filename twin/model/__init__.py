"""The shapes that all parts share. They import nothing but ``twin.errors``."""
