"""Errors that a message explains, each with the exit code of the command line."""

from __future__ import annotations


class KurskClaimsError(Exception):
    """Base of all errors of this package. The command line prints the message without a traceback.

    Each argument is a line of the message. A line end within one came with a file name or a cell and is escaped when printed.
    """

    exit_code = 2

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))


class DataError(KurskClaimsError):
    """The data is at fault: records, a manifest or a release."""

    exit_code = 1


class FindingsError(DataError):
    """Checked records have errors. The message lists the first ones."""


class RecordsError(DataError):
    """Records cannot be loaded."""


class FormatError(DataError):
    """A CSV file cannot be formatted without guessing its content."""


class ManifestError(DataError):
    """A release does not match its manifest, or the manifest cannot be read."""


class ReleaseError(DataError):
    """A release is refused. The message lists every reason, one per line."""


class ChangelogError(ReleaseError):
    """The changelog lacks what a release needs."""


class UsageError(KurskClaimsError):
    """The call is at fault: workspace, input, query, text or contract."""


class WorkspaceError(UsageError):
    """No workspace was found, or it must not be written to."""


class InputError(UsageError):
    """A path or a table in memory cannot be checked."""


class QueryError(UsageError):
    """A statement does more than read, fails in DuckDB or exceeds its limits."""


class TextError(UsageError):
    """A file is not the text of a held document, or a second copy of one."""


class ContractError(UsageError):
    """A file in `schemas/` is invalid."""


class OperationalError(KurskClaimsError, OSError):
    """The environment is at fault: memory, disk, network or a missing package. Also an `OSError`."""

    def __init__(self, *lines: object) -> None:
        super().__init__()
        self.args = lines  # OSError would take them for a number, a text and a file


class MissingPackageError(OperationalError):
    """A package of an extra is not installed. The message says how to install it."""


class CheckError(OperationalError):
    """A check could not finish."""


class WorkerError(OperationalError):
    """A worker process ended without a result, with an exit status or by a signal."""

    def __init__(self, status: int) -> None:
        self.signal = -status if status < 0 else None
        reason = f"signal {self.signal}" if self.signal else f"exit status {status}"
        super().__init__(f"the process that ran this ended early, with {reason}")


class SparkError(OperationalError):
    """Spark is missing or failed."""


class DownloadError(OperationalError):
    """A download failed: because of the call, the host or the network."""
