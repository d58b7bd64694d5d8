"""Batches: a file of births to a file of charts, by jobs that any number of workers share."""
