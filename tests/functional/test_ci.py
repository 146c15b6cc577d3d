"""The GitHub action, the pre-commit hooks, and the sample repository that uses them."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from kursk_claims._version import __version__
from kursk_claims.report.options import ReportFormat
from support import ROOT, Copy

pytestmark = pytest.mark.slow  # packaging and CI, which daily work does not touch

SAMPLE = ROOT / "docs" / "sample"
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
WORKFLOWS = [
    *sorted((ROOT / ".github" / "workflows").glob("*.yml")),
    SAMPLE / ".github" / "workflows" / "claims.yml",
    ROOT / "src" / "kursk_claims" / "release" / "template" / "dot-github" / "workflows" / "claims.yml",
]
LINTERS = sysconfig.get_path("scripts")
INSTALLS = pytest.mark.skipif(
    "KURSK_CLAIMS_INSTALLS" not in os.environ, reason="installs all that we depend on, which takes long: KURSK_CLAIMS_INSTALLS=1"
)


def read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the sample repository."""
    shutil.copytree(SAMPLE, tmp_path / "sample")
    return tmp_path / "sample"


def plant(root: Path) -> tuple[int, int]:
    """Put a fault into the sample's second claim; return its line and column."""
    path = root / "records" / "claims.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert ",affirmed," in lines[2]
    lines[2] = lines[2].replace(",affirmed,", ",affirmd,")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 3, lines[2].index("affirmd") + 1


# The action, on a runner that does what the documentation of GitHub's says


@dataclass
class Ran:
    """The result of a job: its exit code, the outputs of its steps, what it printed and the actions it would have used."""

    code: int
    outputs: dict[str, dict[str, str]]
    printed: str
    used: dict[str, dict[str, Any]]
    summary: str


@dataclass
class Runner:
    """Runs `action.yml` in a clean environment; it knows the expressions that the file uses."""

    root: Path
    workspace: Path

    def __post_init__(self) -> None:
        for name in ("temp", "home"):
            (self.root / name).mkdir(exist_ok=True)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name in ("LANG", "SSL_CERT_FILE")}
        return kept | {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.root / "home"),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_STEP_SUMMARY": str(self.root / "summary.md"),
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(self.root / "temp"),
            **more,
        }

    def run(self, *, skip: tuple[str, ...] = (), **options: str) -> Ran:
        inputs = {name: options.pop(name.replace("-", "_"), spec["default"]) for name, spec in ACTION["inputs"].items()}
        assert not options, "no such input"
        ran = Ran(0, {"python": {"python-path": sys.executable}}, "", {}, "")
        for step in ACTION["runs"]["steps"]:
            if "uses" in step:
                if self._is_on(step, inputs, ran):
                    ran.used[step["uses"]] = {name: self._text(value, inputs, ran) for name, value in step["with"].items()}
            elif ran.code == 0 and step["name"] not in skip:
                self._step(step, inputs, ran)
        ran.summary = (self.root / "summary.md").read_text(encoding="utf-8") if (self.root / "summary.md").exists() else ""
        return ran

    def _step(self, step: dict[str, Any], inputs: Mapping[str, str], ran: Ran) -> None:
        output = self.root / "output"
        output.write_text("", encoding="utf-8")
        variables = {name: self._text(value, inputs, ran) for name, value in step.get("env", {}).items()}
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "an input must not become part of a script"
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.workspace,
            env=self.environment(GITHUB_OUTPUT=str(output), **variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        ran.code, ran.printed = done.returncode, ran.printed + done.stdout
        pairs = [line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines()]
        ran.outputs[step.get("id", step["name"])] = dict(pairs)

    def _is_on(self, step: dict[str, Any], inputs: Mapping[str, str], ran: Ran) -> bool:
        if "if" not in step:
            return ran.code == 0
        assert step["if"] == "${{ !cancelled() && inputs.upload-sarif == 'true' && steps.check.outputs.sarif != '' }}"
        return inputs["upload-sarif"] == "true" and ran.outputs.get("check", {}).get("sarif", "") != ""

    def _text(self, value: object, inputs: Mapping[str, str], ran: Ran) -> str:
        def expression(match: re.Match[str]) -> str:
            first, *rest = match[1].split(".")
            if first == "inputs":
                return inputs[rest[0]]
            if first == "runner":
                return {"os": "Linux", "arch": "X64"}[rest[0]]
            assert (first, rest[1]) == ("steps", "outputs")
            return ran.outputs.get(rest[0], {}).get(rest[2], "")

        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", expression, str(value))


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with the project's schemas, apart from most rules, which saves time."""
    root = tmp_path_factory.mktemp("contract")
    shutil.copytree(ROOT / "schemas", root / "schemas")
    Copy(root).keep_rules("place-acyclic")
    return str(root / "schemas")


@pytest.fixture
def runner(sample: Path, tmp_path: Path) -> Runner:
    """A runner that has checked out the sample, with this environment as the installed one."""
    made = Runner(tmp_path, sample)
    environment = tmp_path / "temp" / "kursk-claims" / "environment"
    environment.parent.mkdir(parents=True)
    environment.symlink_to(sys.prefix)
    return made


def test_the_action_succeeds_on_the_sample(runner: Runner, contract: str) -> None:
    ran = runner.run(skip=("Install",), contract=contract)
    assert ran.code == 0, ran.printed
    assert ran.outputs["check"]["exit-code"] == "0"
    assert "::error" not in ran.printed
    assert "0 findings" in ran.summary.replace("\\", "")
    upload = next(with_ for name, with_ in ran.used.items() if "upload-sarif" in name)
    assert json.loads(Path(upload["sarif_file"]).read_text(encoding="utf-8"))["runs"][0]["results"] == []


def assert_fails_at(ran: Ran, line: int, column: int) -> None:
    """The job fails for the planted fault alone, with its line and column wherever GitHub shows them."""
    assert ran.code == 1
    assert ran.outputs["check"]["exit-code"] == "1"
    annotations = [each for each in ran.printed.splitlines() if each.startswith("::")]
    assert len(annotations) == 1
    assert annotations[0].startswith(f"::error file=records/claims.csv,line={line},col={column},title=claims%3A allowed-values::")
    assert f"records/claims.csv:{line}:{column}" in ran.summary.replace("\\", "")
    upload = next(with_ for name, with_ in ran.used.items() if "upload-sarif" in name)
    (result,) = json.loads(Path(upload["sarif_file"]).read_text(encoding="utf-8"))["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "records/claims.csv"},
        "region": {"startLine": line, "startColumn": column},
    }


def test_the_action_fails_at_the_faulty_line(runner: Runner, contract: str) -> None:
    line, column = plant(runner.workspace)
    assert_fails_at(runner.run(skip=("Install",), contract=contract), line, column)


def test_inputs_reach_the_check(runner: Runner, contract: str) -> None:
    plant(runner.workspace)
    (runner.workspace / "records" / "claims.csv").rename(runner.workspace / "--our claims.csv")
    (runner.workspace / "stray.csv").write_text("not\nasked for\n", encoding="utf-8")
    ran = runner.run(
        skip=("Install",),
        contract=contract,
        paths="  --our claims.csv\t\n\n",
        table="claims",
        against="1.1.0",
        fail_on="never",
        upload_sarif="false",
    )
    assert ran.code == 0, ran.printed
    assert "file=--our claims.csv,line=3," in ran.printed
    assert "stray.csv" not in ran.printed, "an empty line is no path"
    assert "claims.doc_id" in ran.printed or "reference" in ran.printed, "the release knows none of the sample's documents"
    assert not any("upload-sarif" in name for name in ran.used)


def test_an_input_is_never_run_as_code(runner: Runner, contract: str) -> None:
    (runner.root / "temp" / "kursk-claims" / "findings.sarif").write_text("of an earlier run", encoding="utf-8")
    ran = runner.run(skip=("Install",), contract=contract, paths='records\n$(touch forged)`touch forged`"; touch forged; "')
    assert ran.code == 2, ran.printed
    assert not (runner.workspace / "forged").exists()
    assert ran.outputs["check"] == {"exit-code": "2"}
    assert not any("upload-sarif" in name for name in ran.used), "there is nothing to upload"


def test_the_cache_key_depends_on_what_is_installed(runner: Runner) -> None:
    ran = runner.run(skip=("Install", "Check"))
    cache = next(with_ for name, with_ in ran.used.items() if "actions/cache" in name)
    assert re.fullmatch(r"kursk-claims-Linux-X64-[0-9a-f]{32}", cache["key"])
    assert Path(cache["path"]).is_relative_to(runner.root / "temp")


MODULES = "hashlib pathlib venv pip ensurepip site sitecustomize usercustomize kursk_claims typer duckdb polars pandera yaml"


@pytest.fixture
def hostile(runner: Runner) -> Runner:
    """A runner whose checkout has a module of every name that a step might import, and settings for Python and pip."""
    code = f"import pathlib, sys\npathlib.Path({str(runner.root / 'imported')!r}).write_text(__name__)\nraise SystemExit(0)\n"
    for name in MODULES.split():
        (runner.workspace / f"{name}.py").write_text(code, encoding="utf-8")
    (runner.workspace / "pandas").mkdir()
    (runner.workspace / "pandas" / "__init__.py").write_text(code, encoding="utf-8")
    settings = {
        "pyproject.toml": "[build-system]\nrequires = []\nbackend-path = ['.']\nbuild-backend = 'pip'\n",
        "setup.cfg": "[install]\nprefix = /nowhere\n[global]\nhome = /nowhere\n",
        "pip.conf": "[global]\nindex-url = http://127.0.0.1:9/forged\n",
        "pyvenv.cfg": "home = /nowhere\n",
        ".python-version": "2.7\n",
    }
    for name, content in settings.items():
        (runner.workspace / name).write_text(content, encoding="utf-8")
    return runner


VARIABLES = [
    {},
    {"PYTHONPATH": "."},
    {"PYTHONPATH": ".:", "PYTHONSAFEPATH": ""},
    {"PYTHONHOME": "."},
    {"PYTHONSTARTUP": "site.py", "PYTHONINSPECT": "1"},
    {"PYTHONUSERBASE": ".", "PYTHONNOUSERSITE": ""},
]


@pytest.mark.parametrize("variables", VARIABLES, ids=lambda variables: ",".join(variables) or "none")
def test_no_file_of_the_checkout_is_imported(
    variables: dict[str, str], hostile: Runner, contract: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = hostile.environment
    monkeypatch.setattr(hostile, "environment", lambda **more: {**environment(**more), **variables})
    ran = hostile.run(skip=("Install",), contract=contract)
    assert ran.code == 0, ran.printed
    assert ran.outputs["key"]["digest"]
    assert not (hostile.root / "imported").exists()


def test_no_file_of_the_checkout_is_imported_while_it_installs(hostile: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment is made with Python's own modules; then pip is refused the network, which takes no time."""
    (hostile.root / "temp" / "kursk-claims" / "environment").unlink()
    environment = hostile.environment
    variables = {"PYTHONPATH": str(hostile.workspace), "PIP_NO_INDEX": "1"}
    monkeypatch.setattr(hostile, "environment", lambda **more: {**environment(**more), **variables})
    ran = hostile.run(skip=("Check",))
    assert ran.code != 0
    assert "No matching distribution found" in ran.printed
    assert (hostile.root / "temp" / "kursk-claims" / "environment" / "pyvenv.cfg").exists()
    assert not (hostile.root / "imported").exists()


def bring_contract(root: Path) -> None:
    """Make the checkout a workspace whose own contract allows the planted fault and has no rules to speak of."""
    shutil.copytree(ROOT / "schemas", root / "schemas")
    (root / "dataset" / "records").mkdir(parents=True)
    Copy(root).keep_rules("place-acyclic")
    path = root / "schemas" / "claims.yaml"
    text = path.read_text(encoding="utf-8")
    assert "affirmed" in text
    path.write_text(text.replace("affirmed", "affirmd"), encoding="utf-8")


def test_a_pull_request_cannot_bring_its_own_contract(runner: Runner) -> None:
    plant(runner.workspace)
    claims = runner.workspace / "records" / "claims.csv"
    claims.write_text(claims.read_text(encoding="utf-8").replace(",affirmed,", ",affirmd,"), encoding="utf-8")
    bring_contract(runner.workspace)
    for contract in ("package", "", "1.1.0"):
        ran = runner.run(skip=("Install",), contract=contract)
        assert ran.code == 1, ran.printed
        name = "release 1.1.0 of kursk-claims" if contract == "1.1.0" else f"package {__version__}"
        assert f"contract: {name} (sha256 " in ran.printed
        assert name in ran.summary.replace("\\", "")
    ran = runner.run(skip=("Install",), contract="schemas")
    assert ran.code == 0, "whoever names the folder of the checkout gets it"
    assert "contract: schemas (sha256 " in ran.printed


@INSTALLS
def test_the_action_from_nothing(sample: Path, tmp_path: Path) -> None:
    line, column = plant(sample)
    ran = Runner(tmp_path, sample).run()
    assert f"kursk-claims {__version__}" in ran.printed
    assert_fails_at(ran, line, column)


# The files of the action and the sample


@pytest.mark.parametrize("linter", ["zizmor --offline --quiet", "check-jsonschema --builtin-schema"])
def test_the_workflows_pass_their_linters(linter: str) -> None:
    program, *options = linter.split()
    workflows = [("vendor.github-workflows", path) for path in WORKFLOWS]
    for kind, file in (("vendor.github-actions", ROOT / "action.yml"), *workflows):
        command = [str(Path(LINTERS) / program), *options, *([kind] if "schema" in options[0] else []), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_actions_are_pinned_by_commit() -> None:
    jobs = [job for path in WORKFLOWS for job in read_yaml(path)["jobs"].values()]
    steps = [*ACTION["runs"]["steps"], *(step for job in jobs for step in job.get("steps", []))]
    uses = [step["uses"] for step in steps if "uses" in step]
    foreign = [each for each in uses if not each.startswith(("OWNER/kursk-claims@v", "./"))]
    assert len(foreign) > 15
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each) for each in foreign)


@pytest.mark.parametrize("path", WORKFLOWS, ids=[path.name for path in WORKFLOWS])
def test_a_workflow_may_do_little_and_ends(path: Path) -> None:
    """Each job names its permissions, and no later step can use the token of the checkout."""
    workflow = read_yaml(path)
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert "permissions" in job
        if path.is_relative_to(ROOT / ".github") and "uses" not in job:
            assert job["timeout-minutes"] <= 90
        for step in job.get("steps", []):
            assert "checkout" not in step.get("uses", "") or step["with"]["persist-credentials"] is False
            assert "${{" not in step.get("run", ""), "an input must not become part of a script"


@pytest.mark.parametrize("path", WORKFLOWS, ids=[path.name for path in WORKFLOWS])
def test_pushes_to_other_branches_send_no_findings(path: Path) -> None:
    """A bot's push has a token that may not, so that its check would fail; its pull request is checked."""
    on = read_yaml(path)[True]  # YAML 1.1 reads `on` as a boolean
    assert on.get("push", {}).keys() <= {"branches", "tags"}
    assert on.get("push", {}) != {}


def test_every_supported_python_is_tested_and_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tested = read_yaml(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]
    declared = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert tested == declared
    assert project["requires-python"] == f">={tested[0]}"


def test_the_sample_uses_the_action_as_it_is() -> None:
    workflow = yaml.safe_load((SAMPLE / ".github" / "workflows" / "claims.yml").read_text(encoding="utf-8"))
    steps = [step for step in workflow["jobs"]["check"]["steps"] if "kursk-claims" in step["uses"]]
    assert [step["uses"].split("@")[1] for step in steps] == [f"v{__version__}"]
    assert all(set(step["with"]) <= set(ACTION["inputs"]) for step in steps)
    assert workflow["jobs"]["check"]["permissions"]["security-events"] == "write"
    config = yaml.safe_load((SAMPLE / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repo["rev"] for repo in config["repos"]] == [f"v{__version__}"]
    assert {hook["id"] for repo in config["repos"] for hook in repo["hooks"]} <= {hook["id"] for hook in HOOKS}


# The page about CI


@pytest.fixture
def home(sample: Path) -> Path:
    """The sample below a workspace, whose contract is found from there like that of an installed package."""
    for name in ("dataset", "schemas"):
        shutil.copytree(ROOT / name, sample.parent / name)
    return sample


def test_the_commands_of_the_page_print_its_output(home: Path) -> None:
    shown = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    for command, output in shown:
        done = subprocess.run(["bash", "-c", command], cwd=home, capture_output=True, text=True, check=True, env=environment)
        assert done.stdout == output
    assert shown


def test_the_page_quotes_the_files_of_the_sample() -> None:
    for language, path in (
        ("yaml", ".github/workflows/claims.yml"),
        ("yaml", ".pre-commit-config.yaml"),
        ("python", "test_claims.py"),
    ):
        blocks = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
        assert any((SAMPLE / path).read_text(encoding="utf-8").endswith(block) for block in blocks), path


def test_the_page_lists_every_input_hook_and_format() -> None:
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", PAGE, re.MULTILINE)
    named = {name: default.strip("` ") for names, default in rows for name in re.findall(r"`(.*?)`", names)}
    assert {name: each["default"] or "none" for name, each in ACTION["inputs"].items()}.items() <= named.items()
    assert {hook["id"] for hook in HOOKS} | set(get_args(ReportFormat)) <= named.keys()


def test_the_tests_of_the_sample_fail_if_its_records_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    tests = [value for name, value in runpy.run_path("test_claims.py").items() if name.startswith("test_")]
    assert len(tests) == 2
    for test in tests:
        test()
    plant(home)
    for test in tests:
        with pytest.raises(AssertionError):
            test()


# The hooks, by pre-commit


def git(root: Path, *args: str) -> str:
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "init.defaultBranch=main"]
    return subprocess.run(["git", *who, *args], cwd=root, capture_output=True, text=True, check=True).stdout.strip()


def pre_commit(root: Path, *args: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PRE_COMMIT_HOME": str(root.parent / "pre-commit"), "PRE_COMMIT_COLOR": "never"}
    command = [sys.executable, "-m", "pre_commit", *args]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, env=environment)


def test_this_repository_checks_its_own_commits(tmp_path: Path) -> None:
    """The hooks of this repository pass on it, and stop records that are out of order and code in another style."""
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(ROOT), str(clone))
    shutil.copyfile(ROOT / ".pre-commit-config.yaml", clone / ".pre-commit-config.yaml")
    (clone / ".venv").mkdir()
    (clone / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    done = pre_commit(clone, "run", "--all-files")
    assert done.returncode == 0, done.stdout + done.stderr
    records = clone / "dataset" / "records" / "events.csv"
    header, *rows = records.read_text(encoding="utf-8").splitlines(keepends=True)
    records.write_text("".join([header, *reversed(rows)]), encoding="utf-8")
    (clone / "src" / "kursk_claims" / "_version.py").write_text("import os\n", encoding="utf-8")
    done = pre_commit(clone, "run", "--all-files")
    assert done.returncode == 1
    failed = {line.partition("..")[0] for line in done.stdout.splitlines() if line.endswith("Failed")}
    assert failed == {"style of the code", "form of the records"}


def test_the_hooks_are_valid() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", SAMPLE / ".pre-commit-config.yaml"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@INSTALLS
def test_hooks_stop_a_commit_at_the_right_line(sample: Path, fiction: Copy) -> None:
    """Every hook in a real `pre-commit try-repo`, on a repository that is the sample and a workspace in one."""
    for name in ("dataset", "schemas"):
        shutil.copytree(fiction.root / name, sample / name)
    line, column = plant(sample)
    records = sample / "dataset" / "records"
    path = records / "actors.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",Border Gazette,", ',"Border Gazette",'), encoding="utf-8")
    events = (records / "events.csv").read_text(encoding="utf-8")
    (records / "events.csv").write_text(events.replace(",clash,", ",clsh,"), encoding="utf-8")
    git(sample, "init")
    git(sample, "add", "--all")
    done = pre_commit(sample, "try-repo", str(ROOT), "--ref", git(ROOT, "rev-parse", "HEAD"), "--all-files", "--verbose")
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.count("Failed") == 3, done.stdout
    assert f"records/claims.csv:{line}:{column}: error allowed-values: polarity [claim_id=clm-002]" in done.stdout
    assert re.search(r"dataset/records/events\.csv:\d+:\d+: error allowed-values: kind", done.stdout)
    assert "actors.csv: not in canonical form" in done.stdout


@INSTALLS
def test_the_sample_commits_through_its_hook(sample: Path) -> None:
    """`pre-commit run` as the sample's own configuration says, with this repository where OWNER stands: green, then red."""
    config = yaml.safe_load((sample / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    config["repos"][0] |= {"repo": str(ROOT), "rev": git(ROOT, "rev-parse", "HEAD")}
    (sample / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    git(sample, "init")
    git(sample, "add", "--all")
    done = pre_commit(sample, "run", "--all-files")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout
    line, column = plant(sample)
    git(sample, "add", "--all")
    done = pre_commit(sample, "run")
    assert done.returncode == 1
    assert f"records/claims.csv:{line}:{column}: error allowed-values" in done.stdout
