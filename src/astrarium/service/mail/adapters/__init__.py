"""Ways to send letters: SMTP, files of a folder, the log."""
