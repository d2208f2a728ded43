"""The trend view of the weekly business review: 6 weeks, 12 months, the prior year, box totals."""
