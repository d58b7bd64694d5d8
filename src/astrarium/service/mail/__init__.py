"""Letters: written by features, kept with the transaction that causes them, and sent when it has committed."""
