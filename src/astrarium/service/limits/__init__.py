"""Rate limits and quotas: how much a caller may ask, by tier, in a day and in a second."""
