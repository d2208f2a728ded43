"""The plan workbook that `fupan init` writes, and the source files that read it."""
