"""`fupan locate`: which combination of attribute values is behind an abnormal value."""
