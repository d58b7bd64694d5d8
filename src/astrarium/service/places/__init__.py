"""The gazetteer over HTTP."""
