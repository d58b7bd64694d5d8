"""Live news: what happens to an account's things, told to whoever watches as it happens."""
