# Astrarium. `make` alone lists the targets.
