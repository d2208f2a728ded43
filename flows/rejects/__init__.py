"""`fupan rejects`: what stands rejected, as a list and as a workbook to repair it in."""
