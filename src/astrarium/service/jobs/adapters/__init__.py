"""The queue that workers claim from."""
