"""Where files of customers lie: a folder of the data directory, or a bucket that speaks S3."""
