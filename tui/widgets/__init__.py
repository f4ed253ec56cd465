"""Small parts of the screen, each drawing plain lines that a view made."""
