"""Answers that are kept for whoever asks the same next: in the process, and in Valkey where there is one."""
