"""What holds for every test: examples are judged by their result, not by how busy the machine is."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "astrarium", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
# Shared checks repeat the same examples, so that a change is judged by what it changes; elsewhere they vary.
settings.register_profile("shared", settings.get_profile("astrarium"), derandomize=True)
settings.load_profile("shared" if os.environ.get("CI") else "astrarium")
