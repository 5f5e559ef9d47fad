"""Where backups lie: a folder of a disk, or a bucket of S3. A backup is a folder of files there."""

from operations.backups.errors import BackupError
from operations.backups.places.disk import Disk, DiskFolder
from operations.backups.places.kinds import Folder, Place

__all__ = ["Folder", "Place", "folder_at", "place_at"]

SCHEME = "s3://"


def place_at(address: str) -> Place:
    """`address`: a path, or s3://bucket/prefix. Raises BackupError where boto3 is missing."""
    if not address.startswith(SCHEME):
        return Disk(address)
    bucket, prefix = _parts(address)
    return _bucket().Bucket(bucket, prefix)


def folder_at(address: str) -> Folder:
    """One backup, by its path or s3://bucket/prefix/name. Raises BackupError where boto3 is missing."""
    if not address.startswith(SCHEME):
        return DiskFolder(address)
    bucket, prefix = _parts(address)
    return _bucket().BucketFolder(bucket, prefix)


def _parts(address: str) -> tuple[str, str]:
    bucket, _slash, prefix = address.removeprefix(SCHEME).partition("/")
    if not bucket:
        raise BackupError(f"{address} names no bucket: s3://bucket/prefix")
    return bucket, prefix.strip("/")


def _bucket():  # type: ignore[no-untyped-def]
    """The module that needs boto3, which not everybody has."""
    try:
        from operations.backups.places import bucket
    except ModuleNotFoundError:
        raise BackupError("backups go to S3, and requirements-s3.txt is not installed") from None
    return bucket
