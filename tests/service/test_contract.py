"""What the description promises, asked of the service by requests that are made from the description itself."""

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from astrarium.service.app import create_app
from astrarium.service.settings import Settings

load_all_checks()
NOWHERE = "postgresql:///none?host=/nowhere"
schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(Settings(database_url=NOWHERE)))


@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_description_foresees(case):
    # A well-formed request may still name a day or a place that does not exist: 422 is a right answer to it. And a bulk
    # request with an ill-formed item is answered, with that item's problem in its place.
    excluded = [positive_data_acceptance]
    if case.operation.path.endswith("/bulk"):
        excluded.append(negative_data_rejection)
    case.call_and_validate(excluded_checks=excluded)
