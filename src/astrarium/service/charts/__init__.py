"""Charts over HTTP: the API's routes and the page."""
