"""Sign manifests, and check who signed them, with the keys and the program of OpenSSH."""

from __future__ import annotations

import subprocess
from pathlib import Path

from kursk_claims.errors import ManifestError, OperationalError, UsageError
from kursk_claims.files import scratch_directory
from kursk_claims.release.manifest import MANIFEST_NAME

SIGNATURE_NAME = f"{MANIFEST_NAME}.sig"
NAMESPACE = "kursk-claims-release"  # a signature for another purpose, such as a commit, is not accepted
MAX_SIGNATURE_SIZE = 64 * 2**10  # bytes; 1 kB is usual
TIMEOUT = 120  # seconds, which include typing a passphrase


def sign(content: bytes, key: Path) -> bytes:
    """Return the signature of a manifest by a private key, or by a public key whose private key an agent holds.

    Raises `UsageError` for a key that cannot sign, `OperationalError` without `ssh-keygen`.
    """
    if not key.is_file():
        raise UsageError(f"{key}: expected a private key of OpenSSH, found none. Nothing was published.")
    done = _run_ssh_keygen("sign", "-n", NAMESPACE, "-f", key.absolute(), content=content)
    if done.returncode or not done.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        reason = done.stderr.decode("utf-8", "replace").strip()[-300:]
        raise UsageError(f"{key}: expected a key that can sign, but ssh-keygen says: {reason!r}. Nothing was published.")
    return done.stdout


def find_signer(content: bytes, signature: bytes, allowed_signers: Path) -> str:
    """Return the allowed signer who signed a manifest. Raises `ManifestError` if there is none.

    Raises `UsageError` for a missing file of allowed signers, `OperationalError` without `ssh-keygen`.
    """
    if not allowed_signers.is_file():
        raise UsageError(f"{allowed_signers}: expected a file of allowed signers (see man ssh-keygen), found none.")
    if len(signature) > MAX_SIGNATURE_SIZE:
        raise ManifestError(f"expected a signature of at most {MAX_SIGNATURE_SIZE} bytes, found {len(signature)}")
    with scratch_directory() as scratch:
        path = scratch / SIGNATURE_NAME
        path.write_bytes(signature)
        options = ("-f", allowed_signers.absolute(), "-s", path)
        found = _run_ssh_keygen("find-principals", *options)
        for signer in found.stdout.decode("utf-8", "replace").splitlines():
            if _run_ssh_keygen("verify", "-n", NAMESPACE, "-I", signer, *options, content=content).returncode == 0:
                return signer
    reason = "of another file, for another purpose or out of date" if found.returncode == 0 else "by someone else, or damaged"
    raise ManifestError(f"expected a signature of this manifest by a signer in {allowed_signers}, found one {reason}")


def read_signature(folder: Path) -> bytes:
    """Return the signature of a release in a folder. Raises `ManifestError` if it has none."""
    path = folder / SIGNATURE_NAME
    try:
        if path.is_symlink() or not path.is_file():
            raise ManifestError(f"{path}: expected the signature of the manifest, found none. The release is not signed.")
        with path.open("rb") as file:
            return file.read(MAX_SIGNATURE_SIZE + 1)
    except OSError as error:
        raise ManifestError(f"{path}: {error.strerror}") from None


def find_release_signer(folder: Path, allowed_signers: Path) -> str:
    """Return the allowed signer of a release in a folder. Raises what `find_signer` raises."""
    signature = read_signature(folder)
    try:
        return find_signer((folder / MANIFEST_NAME).read_bytes(), signature, allowed_signers)
    except ManifestError as error:
        raise ManifestError(f"{folder / SIGNATURE_NAME}: {error}.") from None


def _run_ssh_keygen(action: str, *args: str | Path, content: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["ssh-keygen", "-Y", action, *map(str, args)], input=content, capture_output=True, timeout=TIMEOUT, check=False
        )
    except FileNotFoundError:
        raise OperationalError(
            "signatures need the program ssh-keygen of OpenSSH, which is not installed. Install it, "
            "or leave out --sign-key and --allowed-signers."
        ) from None
    except subprocess.TimeoutExpired:
        raise OperationalError(f"ssh-keygen did not end within {TIMEOUT} seconds") from None
