"""Object storage that speaks S3: AWS, OSS, COS, MinIO."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError
from fsspec.spec import AbstractFileSystem
from s3fs import S3FileSystem

from flows.pull.attempts import is_passing
from flows.pull.job import Job
from flows.settings.pull import FilesPull

ERRORS: Final = (OSError, BotoCoreError, ClientError)
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


def is_transient(error: BaseException) -> bool:
    """Whether the store may answer at the next try; s3fs keeps the store's answer as the cause."""
    answer = error if isinstance(error, ClientError) else error.__cause__
    if isinstance(answer, ClientError):
        return answer.response.get("ResponseMetadata", {}).get("HTTPStatusCode") in _PASSING
    if isinstance(error, BotoCoreError):
        return isinstance(error, boto.ConnectionError | boto.HTTPClientError)
    return isinstance(error, OSError) and is_passing(error)


@contextmanager
def opened(job: Job, place: FilesPull) -> Iterator[tuple[AbstractFileSystem, str]]:
    """Open the store; tries are counted in one place, so its own are switched off."""
    seconds = job.settings.timeout_seconds
    system = S3FileSystem(
        key=job.secrets.read(place.key_id_env),
        secret=job.secrets.read(place.secret_env),
        endpoint_url=place.endpoint,
        client_kwargs={"region_name": place.region} if place.region else {},
        config_kwargs={
            "connect_timeout": seconds,
            "read_timeout": seconds,
            "retries": {"total_max_attempts": 1},
            "s3": {"addressing_style": place.addressing},
        },
        skip_instance_cache=True,
        use_listings_cache=False,
    )
    system.retries = 1
    yield system, place.url.partition("://")[2]
