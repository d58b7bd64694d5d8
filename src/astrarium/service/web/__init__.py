"""What the pages share: templates, static files under hashed names, and the words around them."""
