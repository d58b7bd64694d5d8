"""Places for files: a folder, a bucket."""
