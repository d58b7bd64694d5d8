"""Where counts are kept when several processes share them."""
