"""Errors for people, each with the exit code that the command line ends with."""

from __future__ import annotations


class KurskClaimsError(Exception):
    """Base of every error that the message alone explains; the command line shows no traceback for it."""

    exit_code = 2


class DataError(KurskClaimsError):
    """The data are at fault: records, a manifest, a release."""

    exit_code = 1


class RecordsError(DataError):
    """Records cannot be loaded."""


class FormatError(DataError):
    """A CSV file cannot be brought into canonical form without guessing."""


class ManifestError(DataError):
    """A release does not match its manifest, or the manifest cannot be read."""


class ReleaseError(DataError):
    """A release is refused; the message gives every reason, one per line."""


class ChangelogError(ReleaseError):
    """The changelog lacks what a release needs."""


class UsageError(KurskClaimsError):
    """The call is at fault: workspace, input, query, text or contract."""


class WorkspaceError(UsageError):
    """There is no workspace where one was expected, or it must not be written to."""


class InputError(UsageError):
    """A path or a table in memory cannot be checked."""


class QueryError(UsageError):
    """A statement does more than read, fails in DuckDB or exceeds its limits."""


class TextError(UsageError):
    """A file is not the text of a held document."""


class ContractError(UsageError):
    """A file in `schemas/` is invalid."""


class OperationalError(KurskClaimsError, OSError):
    """The environment is at fault: memory, disk, network or a missing package."""


class CheckError(OperationalError):
    """A check could not be finished."""


class SparkError(OperationalError):
    """Spark is missing, or did not finish."""


class DownloadError(OperationalError):
    """The call, the host or the network is at fault."""
