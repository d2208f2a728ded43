"""What an unknown export is: its header, the form of its values, its entity, column by column."""
