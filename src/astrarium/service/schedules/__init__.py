"""What runs by itself: cron in the database, one job for each tick however many workers there are."""
