"""`fupan why`: the 5-Why cases of a week, one in full, in the terminal or as JSON."""
