"""What can be asked for (zodiacs, bodies, houses), which version answers, and the API's own documentation."""
