"""Pay (D-24): computed apart from the review, rendered apart, given only to who may see it."""
