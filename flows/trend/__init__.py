"""The command `fupan trend`: a daily file and its metrics → the trend view."""
