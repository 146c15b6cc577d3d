"""Releases that are signed with a key of OpenSSH, and those that are not. The keys are made for the tests and thrown away."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from downloads import contents, release_wells
from kursk_claims.release.digests import verify_files
from kursk_claims.release.index import read_index
from kursk_claims.release.manifest import read_manifest
from support import Call, Copy, build_once

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed (openssh-client)")

SIGNER = "releases@example.org"


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key `mine` and a key `foreign`, and the file `allowed` that names the owner of the first."""

    def prepare(folder: Path) -> None:
        folder.mkdir()
        for name in ("mine", "foreign"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name], check=True)
        (folder / "allowed").write_text(f"{SIGNER} {(folder / 'mine.pub').read_text()}", encoding="utf-8")

    return build_once(tmp_path_factory, "keys", prepare)


@pytest.fixture
def signed(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, keys: Path) -> Copy:
    """The small workspace with a signed release."""

    def prepare(root: Path) -> None:
        release_wells(root, "1.0.0", sign_key=keys / "mine")

    shutil.copytree(build_once(tmp_path_factory, "signed-wells", prepare), tmp_path / "signed")
    return Copy(tmp_path / "signed")


def sign(file: Path, key: Path, namespace: str = "kursk-claims-release") -> None:
    """Sign as people do without this package."""
    Path(f"{file}.sig").unlink(missing_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", key, file], check=True, capture_output=True)


def test_a_signed_release(call: Call, signed: Copy, keys: Path, target: Path) -> None:
    folder = signed.root / "build" / "1.0.0"
    assert all(file.path != "manifest.json.sig" for file in read_manifest(folder).files)
    verify_files(folder, read_manifest(folder))
    verified = call("verify", "-w", signed.root, "--allowed-signers", keys / "allowed")
    assert (verified.code, f", signed by {SIGNER}, manifest SHA-256 " in verified.out) == (0, True)
    done = call("download", "--from", signed.root / "build", "--to", target, "--allowed-signers", keys / "allowed")
    assert (done.code, done.out) == (0, f"{target / '1.0.0'}\n")
    assert done.err.endswith(f"\nauthenticity: signed by {SIGNER}\n")
    assert contents(target / "1.0.0") == contents(folder)
    offline = call("download", "--offline", "--to", target, "--allowed-signers", keys / "allowed")
    assert (offline.code, f"authenticity: signed by {SIGNER}" in offline.err) == (0, True)


def test_the_signature_of_a_release_that_is_already_there(call: Call, signed: Copy, keys: Path, target: Path) -> None:
    assert call("download", "--from", signed.root / "build", "--to", target).code == 0
    assert not (target / "1.0.0" / "manifest.json.sig").exists()  # is not asked for
    offline = call("download", "--offline", "--to", target, "--allowed-signers", keys / "allowed")
    assert (offline.code, "The release is not signed." in offline.err) == (1, True)
    assert call("download", "--from", signed.root / "build", "--to", target, "--allowed-signers", keys / "allowed").code == 0
    assert call("download", "--offline", "--to", target, "--allowed-signers", keys / "allowed").code == 0
    (target / "1.0.0" / "wells.parquet").unlink()  # the signature belongs to the release, which is fetched again
    assert call("download", "--from", signed.root / "build", "--to", target).code == 0


def test_a_release_that_is_signed_afterwards(call: Call, tmp_path: Path, keys: Path) -> None:
    root = tmp_path / "unsigned"
    release_wells(root, "1.0.0")
    unsigned = call("verify", "-w", root, "--allowed-signers", keys / "allowed")
    assert (unsigned.code, unsigned.out) == (1, "")
    assert "manifest.json.sig: expected the signature of the manifest, found none. The release is not signed." in unsigned.err
    sign(root / "build" / "1.0.0" / "manifest.json", keys / "mine")
    assert call("verify", "-w", root, "--allowed-signers", keys / "allowed").code == 0
    assert call("verify", "-w", root).code == 0


def nobody(file: Path, keys: Path) -> None:
    Path(f"{file}.sig").unlink()


def foreign(file: Path, keys: Path) -> None:
    sign(file, keys / "foreign")


def another_file(file: Path, keys: Path) -> None:
    other = keys / "other"
    other.write_text("{}", encoding="utf-8")
    sign(other, keys / "mine")
    shutil.copyfile(f"{other}.sig", f"{file}.sig")


def another_purpose(file: Path, keys: Path) -> None:
    sign(file, keys / "mine", "git")


def garbage(file: Path, keys: Path) -> None:
    Path(f"{file}.sig").write_bytes(b"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n")


def empty(file: Path, keys: Path) -> None:
    Path(f"{file}.sig").write_bytes(b"")


def huge(file: Path, keys: Path) -> None:
    with Path(f"{file}.sig").open("ab") as out:
        out.write(b" " * 2**20)


def flipped(file: Path, keys: Path) -> None:
    path = Path(f"{file}.sig")
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2][::-1]
    path.write_text("\n".join(lines), encoding="utf-8")


FAULTS: list[Callable[[Path, Path], None]] = [nobody, foreign, another_file, another_purpose, garbage, empty, huge, flipped]


@pytest.mark.parametrize("damage", FAULTS, ids=lambda fault: fault.__name__)
def test_a_missing_wrong_or_foreign_signature(
    call: Call, signed: Copy, keys: Path, target: Path, damage: Callable[[Path, Path], None]
) -> None:
    damage(signed.root / "build" / "1.0.0" / "manifest.json", keys)
    verified = call("verify", "-w", signed.root, "--allowed-signers", keys / "allowed")
    assert (verified.code, verified.out) == (1, "")
    done = call("download", "--from", signed.root / "build", "--to", target, "--allowed-signers", keys / "allowed")
    assert (done.code, done.out) == (1, "")
    for errors in (verified.err, done.err):
        assert "expected a signature" in errors or "not signed" in errors
    assert "Nothing was fetched." in done.err
    assert not target.exists()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "# {mine}",
        "{signer} {foreign}",
        '{signer} namespaces="git" {mine}',
        '{signer} valid-before="20200101" {mine}',
        "{mine}",
        "\x00\xff",
    ],
)
def test_a_file_of_signers_that_allows_somebody_else(
    call: Call, signed: Copy, keys: Path, target: Path, tmp_path: Path, line: str
) -> None:
    allowed = tmp_path / "allowed"
    public = {name: (keys / f"{name}.pub").read_text(encoding="utf-8").strip() for name in ("mine", "foreign")}
    allowed.write_text(line.format(signer=SIGNER, **public) + "\n", encoding="utf-8")
    done = call("download", "--from", signed.root / "build", "--to", target, "--allowed-signers", allowed)
    assert (done.code, done.out) == (1, "")
    assert not target.exists()


def test_there_is_no_file_of_signers(call: Call, signed: Copy, target: Path, tmp_path: Path) -> None:
    for command in (["verify", "-w", signed.root], ["download", "--from", signed.root / "build", "--to", target]):
        for missing in (tmp_path / "none", tmp_path):
            done = call(*command, "--allowed-signers", missing)
            assert (done.code, done.out) == (2, "")
            assert f"{missing}: expected a file of allowed signers" in done.err


def test_there_is_no_ssh_keygen(
    call: Call, signed: Copy, keys: Path, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for command in (["verify", "-w", signed.root], ["download", "--from", signed.root / "build", "--to", target]):
        done = call(*command, "--allowed-signers", keys / "allowed")
        assert (done.code, done.out) == (2, "")
        assert "signatures need the program ssh-keygen of OpenSSH, which is not installed" in done.err
    assert not target.exists()


@pytest.mark.parametrize("key", ["none", "allowed", "."])
def test_a_key_that_cannot_sign(call: Call, tmp_path: Path, keys: Path, key: str) -> None:
    root = tmp_path / "unsigned"
    release_wells(root, "1.0.0")
    (root / "CHANGELOG.md").write_text(
        (root / "CHANGELOG.md").read_text(encoding="utf-8").replace("1.0.0", "1.0.1"), encoding="utf-8"
    )
    codebook = root / "dataset" / "README.md"
    codebook.write_text(codebook.read_text(encoding="utf-8") + "\nA remark.\n", encoding="utf-8")
    done = call("release", "1.0.1", "-w", root, "--sign-key", keys / key)
    assert (done.code, done.out) == (2, "")
    assert "expected a" in done.err
    assert "Nothing was published." in done.err
    assert read_index(root / "build").latest == "1.0.0"
    assert sorted(os.listdir(root / "build")) == [".gitattributes", "1.0.0", "index.json"]


def test_names_that_look_like_options(call: Call, tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, copied in (("-key", "mine"), ("-allowed", "allowed")):
        shutil.copy(keys / copied, tmp_path / name)
    release_wells(tmp_path / "wells", "1.0.0", sign_key=Path("-key"))
    assert call("verify", "-w", "wells", "--allowed-signers=-allowed").code == 0
