"""Links that show one saved chart to whoever has them."""
