"""Administration: what operators and support see of the service at work."""
