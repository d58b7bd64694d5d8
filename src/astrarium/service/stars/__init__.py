"""Fixed stars for whoever asks: where they stand, and in which sign."""
