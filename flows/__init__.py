"""Everything of Fupan that touches the outside world."""
