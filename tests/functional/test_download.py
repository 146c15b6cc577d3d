"""A download is the right release or a clear error; nothing partial is left where a reader would look."""

from __future__ import annotations

import http.server
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from downloads import DATA, INDEX, MANIFEST, NAME, NEWEST, OLDER, PATIENT, assert_there, contents, fault, forge
from kursk_claims.download.client import download, find_downloaded
from kursk_claims.download.fetcher import Listener
from kursk_claims.errors import DownloadError, ManifestError
from kursk_claims.release import index
from kursk_claims.release import manifest as manifests
from kursk_claims.release.digests import file_sha256
from misbehaving_host import (
    Host,
    Rule,
    chunked,
    cut,
    cut_chunked,
    drip_head,
    endless,
    first,
    flip,
    nonsense,
    other,
    packed,
    redirect,
    silent,
    status,
    steadily,
    until_closed,
)
from support import FICTION, ROOT, Call

# A host that works


def describe(state: str, folder: Path) -> str:
    """What is said of a complete release that nobody vouches for."""
    return (
        f"{folder.name}: {state}, and each file matches the manifest\n"
        f"manifest SHA-256: {file_sha256(folder / 'manifest.json')}\n"
        "authenticity: not checked; compare the digest with one published elsewhere, or see --sha256 and --allowed-signers"
    )


def test_the_newest_release(host: Host, target: Path, builds: Path) -> None:
    sentences: list[str] = []
    bars: list[tuple[int, int]] = []
    folder = download(host.url, target, policy=PATIENT, listener=Listener(sentences.append, lambda *at: bars.append(at)))
    assert folder == target / NEWEST
    assert_there(target, builds, NEWEST)
    assert "\n".join(sentences) == f"from {host.url} to {target}\n{describe('fetched', folder)}"
    total = sum(file.size for file in manifests.read_manifest(folder).files)
    assert bars == sorted(bars)
    assert bars[-1] == (total, total)
    assert host.connections == 1
    assert len(host.requested) == len(manifests.read_manifest(folder).files) + 2


def test_a_named_release_and_then_the_newest(host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, OLDER, policy=PATIENT)
    assert_there(target, builds, OLDER)
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, OLDER, NEWEST)
    assert (target / INDEX).read_bytes() == (builds / INDEX).read_bytes()


def test_a_complete_release_is_not_fetched_again(host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, policy=PATIENT)
    host.forget()
    sentences: list[str] = []
    download(host.url, target, policy=PATIENT, listener=Listener(sentences.append, lambda *_: None))
    assert sentences[-3] == "1.1.0: already present, and each file matches the manifest"
    assert host.requested == [INDEX]
    assert_there(target, builds, NEWEST)


def test_the_published_releases_from_pythons_own_server(target: Path) -> None:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(ROOT / "build"))) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        for version in (OLDER, NEWEST):
            download(f"http://localhost:{server.server_port}", target, version, policy=PATIENT)
        server.shutdown()
    assert_there(target, ROOT / "build", OLDER, NEWEST)


@pytest.mark.parametrize("form", ["path", "relative", "file", "file with spaces"])
def test_a_folder(builds: Path, target: Path, form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(builds.parent)
    (tmp_path / "a b").symlink_to(builds)
    forms = {"path": str(builds), "relative": "build", "file": builds.as_uri(), "file with spaces": (tmp_path / "a b").as_uri()}
    download(forms[form], target)
    assert_there(target, builds, NEWEST)


def test_a_folder_that_lacks_something(builds: Path, target: Path, tmp_path: Path) -> None:
    assert "index.json: expected a file, found none" in str(fault(str(tmp_path / "nowhere"), target))
    assert "expected a folder of this machine" in str(fault("file://elsewhere/x", target))
    shutil.copytree(builds, tmp_path / "copy")
    broken = tmp_path / "copy" / DATA
    broken.unlink()
    os.mkfifo(broken)
    assert "expected a file, found something else" in str(fault(str(tmp_path / "copy"), target))
    broken.unlink()
    broken.write_bytes(b"short")
    assert isinstance(fault(str(tmp_path / "copy"), target), ManifestError)
    assert_there(target, builds)


# A host that recovers


@pytest.mark.parametrize("path", [INDEX, MANIFEST, DATA])
@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(lambda: first(status(500), status(500)), id="500 twice"),
        pytest.param(lambda: first(status(429), status(503)), id="busy"),
        pytest.param(lambda: first(cut), id="cut once"),
        pytest.param(lambda: first(cut, cut), id="cut twice"),
        pytest.param(lambda: first(cut_chunked), id="cut between chunks"),
        pytest.param(lambda: first(nonsense), id="nonsense once"),
        pytest.param(lambda: until_closed, id="no length"),
        pytest.param(lambda: chunked, id="chunked"),
    ],
)
def test_a_host_that_recovers(host: Host, target: Path, builds: Path, path: str, rule: Callable[[], Rule]) -> None:
    host.rules[path] = rule()
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, NEWEST)


def test_a_file_without_length_that_was_cut_is_requested_again(host: Host, target: Path, builds: Path) -> None:
    host.rules[DATA] = first(other(lambda content: content[:100], until_closed))
    download(host.url, target, policy=PATIENT)
    assert host.requested.count(DATA) == 2
    assert_there(target, builds, NEWEST)


def test_nothing_of_a_failed_attempt_remains(host: Host, target: Path, builds: Path) -> None:
    host.rules[INDEX] = first(other(lambda content: b"x" * 4 * len(content), cut))
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, NEWEST)


def test_an_interrupted_download_keeps_verified_files(host: Host, target: Path, builds: Path) -> None:
    host.rules[DATA] = first(cut, then=status(500))
    words = str(fault(host, target))
    assert "requested 3 times" in words
    assert "Verified files are kept; the same command fetches the rest." in words
    assert_there(target, builds)
    before = set(host.requested) - {INDEX, MANIFEST, DATA}
    host.forget()
    download(host.url, target, policy=PATIENT)
    assert before
    assert not before & set(host.requested)
    assert host.requested.count(DATA) == 1
    assert_there(target, builds, NEWEST)


def test_a_kept_file_that_does_not_verify_is_fetched_again(host: Host, target: Path, builds: Path, tmp_path: Path) -> None:
    host.rules[DATA] = first(cut, then=status(404))
    fault(host, target)
    staging = target / f".{NEWEST}.part"
    damaged, linked = staging / "README.md", staging / "CITATION.cff"
    damaged.write_bytes(flip(damaged.read_bytes()))
    (tmp_path / "mine").write_bytes(linked.read_bytes())
    linked.unlink()
    linked.symlink_to(tmp_path / "mine")
    host.forget()
    download(host.url, target, policy=PATIENT)
    assert {f"{NEWEST}/README.md", f"{NEWEST}/CITATION.cff", DATA} <= set(host.requested)
    assert not (target / NEWEST / "CITATION.cff").is_symlink()
    assert_there(target, builds, NEWEST)


def test_files_kept_for_another_manifest_are_removed(host: Host, target: Path, builds: Path) -> None:
    part = target / f".{NEWEST}.part"
    part.mkdir(parents=True)
    (part / "manifest.json").write_text("{}", encoding="utf-8")
    (part / "stray.txt").write_text("stray", encoding="utf-8")
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, NEWEST)


def test_unknown_fields_are_ignored(host: Host, target: Path, builds: Path) -> None:
    def more(raw: dict[str, Any]) -> None:
        raw.update(url="http://a.invalid/", scripts=["rm"])
        raw["files"][0].update(url="http://a.invalid/", link="/etc/passwd", mode=0o4755)

    forge(host, more)
    folder = download(host.url, target, policy=PATIENT)
    ours, theirs = contents(folder), contents(builds / NEWEST)
    assert {name for name in ours if ours[name] != theirs[name]} == {"manifest.json", "SHA256SUMS"}
    done = subprocess.run(["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=False)
    assert done.returncode == 0
    assert not any(path.is_symlink() or path.stat().st_mode & 0o4000 for path in folder.rglob("*"))


# Versions seen before, and releases already present


def older_index(host: Host) -> None:
    """The index before the newest release."""
    index = json.loads((host.root / INDEX).read_text(encoding="utf-8"))
    old = {"name": NAME, "latest": OLDER, "releases": index["releases"][:1]}
    host.rules[INDEX] = other(lambda _: json.dumps(old).encode())


@pytest.mark.parametrize("named", [None, OLDER])
def test_the_latest_never_goes_back(host: Host, target: Path, builds: Path, named: str | None) -> None:
    download(host.url, target, named, policy=PATIENT)
    older_index(host)
    words = str(fault(host, target))
    assert f"expected {NEWEST} or newer, which was the latest there before, found {OLDER}" in words
    assert "--allow-older" in words
    assert_there(target, builds, named or NEWEST)
    download(host.url, target, OLDER, policy=PATIENT)
    download(host.url, target, policy=PATIENT, allow_older=True)
    assert_there(target, builds, *sorted({OLDER, named or NEWEST}))
    fault(host, target)


def test_another_host_may_be_behind(host: Host, second_host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, policy=PATIENT)
    older_index(second_host)
    assert download(second_host.url, target, policy=PATIENT).name == OLDER
    assert_there(target, builds, OLDER, NEWEST)


@pytest.mark.parametrize("text", ["{", "[]", '{"x": 1}', '{"x": "new"}', "\udcff"])
def test_a_damaged_memory_of_what_was_seen(host: Host, target: Path, builds: Path, text: str) -> None:
    download(host.url, target, OLDER, policy=PATIENT)
    (target / ".seen.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert "remove the file" in str(fault(host, target))
    (target / ".seen.json").unlink()
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, OLDER, NEWEST)


def test_a_release_that_changed(host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, policy=PATIENT)
    forge(host, lambda raw: raw.update(date="2026-03-03"))
    words = str(fault(host, target))
    assert "A release never changes, so one of the two is not genuine" in words
    assert_there(target, builds, NEWEST)
    (target / NEWEST / "claims.parquet").write_bytes(b"damaged as well")
    assert "not genuine" in str(fault(host, target))
    shutil.rmtree(target / NEWEST)
    download(host.url, target, policy=PATIENT)
    assert index.read_index(target).releases[-1].date == "2026-03-03"


@pytest.mark.parametrize("name", ["claims.parquet", "manifest.json", "records/claims.csv"])
@pytest.mark.parametrize("damage", ["flip", "remove", "link"])
def test_a_damaged_release_is_fetched_again(host: Host, target: Path, builds: Path, name: str, damage: str) -> None:
    path = download(host.url, target, policy=PATIENT) / name
    right = path.read_bytes()
    path.unlink()
    if damage == "flip":
        path.write_bytes(flip(right))
    elif damage == "link":
        (target / "elsewhere").write_bytes(flip(right))
        path.symlink_to(target / "elsewhere")
    sentences: list[str] = []
    download(host.url, target, policy=PATIENT, listener=Listener(sentences.append, lambda *_: None))
    assert f"{target / NEWEST} is damaged and is fetched again" in sentences
    (target / "elsewhere").unlink(missing_ok=True)
    assert_there(target, builds, NEWEST)
    assert not list(target.glob(".*damaged"))


def test_what_is_of_no_release_is_not_replaced(host: Host, target: Path, builds: Path, tmp_path: Path) -> None:
    mine = target / NEWEST / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    assert f"found {mine}, which belongs to no release" in str(fault(host, target))
    assert mine.read_text(encoding="utf-8") == "mine"
    mine.unlink()
    mine.parent.rmdir()
    (target / NEWEST).write_text("mine", encoding="utf-8")
    assert "belongs to no release" in str(fault(host, target))
    (target / NEWEST).unlink()
    (target / NEWEST).symlink_to(tmp_path)
    assert "belongs to no release" in str(fault(host, target))
    assert (target / NEWEST).is_symlink()
    (target / NEWEST).unlink()
    (target / NEWEST).mkdir()  # an empty folder is nobody's
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, NEWEST)


def test_a_release_that_was_not_listed_yet(host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, OLDER, policy=PATIENT)
    shutil.copytree(builds / NEWEST, target / NEWEST)  # as after a crash between the rename and the index
    host.forget()
    download(host.url, target, policy=PATIENT)
    assert host.requested == [INDEX]
    assert_there(target, builds, OLDER, NEWEST)


def test_a_damaged_index_of_the_target(host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, policy=PATIENT)
    (target / INDEX).write_text("{", encoding="utf-8")
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, NEWEST)


def test_a_copy_under_another_name_is_not_listed(host: Host, target: Path) -> None:
    download(host.url, target, OLDER, policy=PATIENT)
    shutil.copytree(target / OLDER, target / "1.0.0-mine")
    download(host.url, target, policy=PATIENT)
    assert [each.version for each in index.read_index(target).releases] == [OLDER, NEWEST]
    shutil.copytree(target / OLDER, target / "2.0.0")
    with pytest.raises(ManifestError, match=r"expected release 2\.0\.0, found 1\.0\.0"):
        index.write_index(target)


# Several processes, and none to the end


def start(*args: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kursk_claims", "download", *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_processes_at_once(host: Host, target: Path, builds: Path) -> None:
    host.rules[DATA] = steadily
    processes = [start("--from", host.url, "--to", target) for _ in range(2)]
    ended = [(process.communicate(timeout=40), process.returncode) for process in processes]
    assert [code for _, code in ended] == [0, 0], ended
    assert all(out == f"{target / NEWEST}\n" for (out, _), _ in ended)
    assert host.requested.count(DATA) == 1
    assert_there(target, builds, NEWEST)


def test_killed_midway(host: Host, target: Path, builds: Path) -> None:
    host.rules[DATA] = silent
    process = start("--from", host.url, "--to", target)
    for _ in range(1000):
        if DATA in host.requested:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    assert process.returncode == -signal.SIGKILL
    assert_there(target, builds)
    before = set(host.requested) - {INDEX, MANIFEST, DATA}
    host.forget()
    download(host.url, target, policy=PATIENT)
    assert before
    assert not before & set(host.requested)
    assert_there(target, builds, NEWEST)


def test_ctrl_c_does_not_wait_for_a_silent_host(host: Host, target: Path, builds: Path) -> None:
    host.rules[DATA] = silent
    process = start("--from", host.url, "--to", target)
    for _ in range(1000):
        if DATA in host.requested:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert_there(target, builds)


def test_offline(host: Host, target: Path, builds: Path) -> None:
    for version in (None, OLDER):
        with pytest.raises(DownloadError, match=r"found none\. Nothing was fetched; run the command without --offline"):
            find_downloaded(target, version)
    assert not target.exists()
    download(host.url, target, OLDER, policy=PATIENT)
    assert find_downloaded(target) == find_downloaded(target, OLDER) == target / OLDER
    with pytest.raises(DownloadError, match=r"expected release 1\.1\.0, found 1\.0\.0"):
        find_downloaded(target, NEWEST)
    path = target / OLDER / "records" / "claims.csv"
    path.write_bytes(flip(path.read_bytes()))
    with pytest.raises(ManifestError, match=r"records/claims\.csv: expected"):
        find_downloaded(target)


# The command


def test_the_command(call: Call, host: Host, target: Path, builds: Path) -> None:
    done = call("download", "--from", host.url, "--to", target)
    assert done == (0, f"{target / NEWEST}\n", f"from {host.url} to {target}\n{describe('fetched', target / NEWEST)}\n")
    assert_there(target, builds, NEWEST)
    again = call("download", NEWEST, "--from", host.url, "--to", target, "--quiet")
    assert again == (0, f"{target / NEWEST}\n", "")
    offline = call("download", "--offline", "--to", target)
    assert offline == (0, f"{target / NEWEST}\n", f"{describe('present', target / NEWEST)}\n")


@pytest.mark.parametrize(
    ("rules", "args", "code"),
    [
        ({INDEX: status(404)}, [], 2),
        ({INDEX: redirect("http://a.invalid/")}, [], 2),
        ({DATA: packed}, [], 2),
        ({}, ["9.9.9"], 2),
        ({INDEX: other(lambda _: b"{")}, [], 1),
        ({MANIFEST: other(flip)}, [], 1),
        ({DATA: other(flip)}, [], 1),
        ({DATA: endless}, [], 1),
        ({}, ["--offline"], 2),
    ],
)
def test_exit_codes(call: Call, host: Host, target: Path, rules: dict[str, Rule], args: list[str], code: int) -> None:
    host.rules |= rules
    done = call("download", *args, "--from", host.url, "--to", target, "--quiet")
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("kursk-claims: ")
    assert done.err.count("\n") == 1
    assert "Traceback" not in done.err


def test_a_file_may_take_ten_times_the_timeout(call: Call, host: Host, target: Path) -> None:
    host.rules[INDEX] = drip_head
    done = call("download", "--from", host.url, "--to", target, "--timeout", "0.1", "--quiet")
    assert (done.code, done.out) == (2, "")
    assert "expected the whole file within 1 seconds" in done.err


def test_wrong_calls(call: Call, target: Path, tmp_path: Path) -> None:
    done = call("download", "--to", target)
    assert (done.code, done.out) == (2, "")
    assert "give --from ADDRESS to download, or --offline" in done.err
    assert call("download", "--from", "x", "--timeout", "0").code == 2
    (tmp_path / "file").write_text("", encoding="utf-8")
    builds = ROOT / "build"
    unwritable = call("download", "--from", builds, "--to", tmp_path / "file" / "x")
    assert (unwritable.code, unwritable.out) == (2, "")
    assert "Traceback" not in unwritable.err


def test_a_bar_only_on_a_terminal(host: Host, target: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kursk_claims", "download", "--from", host.url, "--to"]
    host.rules[DATA] = steadily
    plain = subprocess.run([*command, target], capture_output=True, text=True, check=True)
    assert "\x1b" not in plain.stderr
    assert len(plain.stderr.splitlines()) == 4
    side, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen([*command, tmp_path / "other"], stderr=terminal, stdout=subprocess.PIPE, env=environment)
    os.close(terminal)
    output = b""
    for _ in range(1000):
        if select.select([side], [], [], 0.05)[0]:
            try:
                output += os.read(side, 65536)
            except OSError:  # the other side is gone
                break
        elif process.poll() is not None:
            break
    os.close(side)
    assert process.communicate(timeout=10)[0] == f"{tmp_path / 'other' / NEWEST}\n".encode()
    assert b"\x1b[" in output
    assert b"kB" in output
    assert b"fetched, and each file matches" in output


def test_other_commands_do_not_load_it() -> None:
    code = (
        "import sys\nfrom kursk_claims.cli.main import main\n"
        "sys.argv = ['kursk-claims', 'query', 'FROM codes', '-q', '-w', sys.argv[1]]\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert not ended.code\n"
        "assert not {'urllib3', 'filelock', 'rich', 'kursk_claims.download'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(FICTION)], check=True, stdout=subprocess.DEVNULL)
