"""The door of background work: declare a `Kind`, `enqueue` it in a transaction, and offer its `Handler` to workers.

A feature has in its `tasks.py`:

    RESIZE = Kind(name="pictures.resize", payload=Resize, time_limit=timedelta(minutes=1))

    def handlers(means: Means) -> dict[Kind[Any], Handler]:
        return {RESIZE: partial(resize, means)}

and the composition of a process (`parts.py`) collects the handlers of all features.
"""

from astrarium.service.jobs.changes import Job, cancel, job, retry, retry_dead
from astrarium.service.jobs.enqueueing import enqueue, enqueue_many
from astrarium.service.jobs.errors import Cancelled, Permanent, Transient
from astrarium.service.jobs.keeping import purge, repair
from astrarium.service.jobs.kinds import Kind, Retries
from astrarium.service.jobs.queues import pause, queues, resume, workers
from astrarium.service.jobs.states import State, states
from astrarium.service.jobs.work import Handler, Work

__all__ = [
    "Cancelled",
    "Handler",
    "Job",
    "Kind",
    "Permanent",
    "Retries",
    "State",
    "Transient",
    "Work",
    "cancel",
    "enqueue",
    "enqueue_many",
    "job",
    "pause",
    "purge",
    "queues",
    "repair",
    "resume",
    "retry",
    "retry_dead",
    "states",
    "workers",
]
