"""Run the examples of the documentation: `python tests/documentation.py` writes their outputs into the pages again.

An example is a line `$ command` in a block of `console`, with its output below it, or an expression in a block of `python`, with
a comment that shows its value, or a cell of the notebook. Tests compare these with what the examples give; a new release
changes many.
"""

from __future__ import annotations

import ast
import copy
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"
INSIDE_THE_SAMPLE = "docs/ci.md"  # its commands run in a copy of the sample repository
TUTORIAL = "docs/tutorial.md"  # its commands run one after the other in a folder with the article


def list_pages() -> dict[str, str]:
    """Return the text of every page by its path."""
    paths = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")), ROOT / "benchmarks" / "README.md"]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def find_blocks(text: str, language: str) -> list[str]:
    """Return the blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def split_console(block: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a block with the output below it."""
    for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = example.partition("\n")
        yield command, output


def run_command(command: str, folder: Path) -> str:
    """Return what a command prints on standard output. Raises `CalledProcessError` if it fails."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", command], cwd=folder, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return done.stdout


def update_console(block: str, folder: Path) -> str:
    """Return a block of commands with the outputs that they give."""
    return "".join(
        f"$ {command}\n" + (f"{output}\n" if (output := run_command(command, folder).rstrip("\n")) else "")
        for command, _ in split_console(block)
    )


def update_python(block: str) -> str:
    """Return a block of Python with the value of each expression in the comment below it."""
    names: dict[str, object] = {}
    lines = block.splitlines()
    for statement in ast.parse(block).body:
        if isinstance(statement, ast.Expr):
            value = eval(compile(ast.Expression(statement.value), "<documentation>", "eval"), names)
            lines[statement.end_lineno or 0] = f"# {value!r}"
        else:
            exec(compile(ast.Module([statement], []), "<documentation>", "exec"), names)
    return "\n".join([*lines, ""])


def update_page(text: str, folder: Path, *, python: bool = True) -> str:
    """Return a page whose outputs are those that its examples give in a folder."""

    def replace(language: str, update: Callable[[str], str]) -> str:
        pattern = re.compile(rf"(^```{language}\n)(.*?)(^```$)", re.MULTILINE | re.DOTALL)
        return pattern.sub(lambda match: match[1] + update(match[2]) + match[3], text)

    text = replace("console", lambda block: update_console(block, folder))
    if python:
        with chdir(folder):
            text = replace("python", update_python)
    return text


def update_tutorial(text: str) -> str:
    """Return the tutorial with the outputs of its commands; the drafts in it are saved where it says."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(shutil.copy(ROOT / "tests" / "workspace" / "article.txt", Path(parent, "raid.txt"))).parent

        def replace(match: re.Match[str]) -> str:
            nonlocal folder
            if match["yaml"]:
                (folder / match["name"]).write_text(match["yaml"], encoding="utf-8")
                return match[0]
            lines = []
            for command, _ in split_console(match["console"]):
                lines.append(update_console(f"$ {command}\n", folder))
                if command.startswith("cd "):
                    folder /= command[3:]
            return f"```console\n{''.join(lines)}```"

        yaml = r"Save this as `(?P<name>[^`]+)`:\n\n```yaml\n(?P<yaml>.*?)^```"
        return re.sub(rf"{yaml}|^```console\n(?P<console>.*?)^```", replace, text, flags=re.MULTILINE | re.DOTALL)


@contextmanager
def copy_sample() -> Iterator[Path]:
    """Copy the sample below a workspace, whose contract is found from there like that of an installed package."""
    with tempfile.TemporaryDirectory() as parent:
        for name in ("dataset", "schemas"):
            shutil.copytree(ROOT / name, Path(parent, name))
        yield Path(shutil.copytree(ROOT / "docs" / "sample", Path(parent, "sample")))


def read_notebook() -> NotebookNode:
    """Return the notebook with its outputs."""
    notebook: NotebookNode = nbformat.read(NOTEBOOK, 4)  # type: ignore[no-untyped-call]
    return notebook


def update_notebook(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook with the outputs of its cells, run one after the other in the repository."""
    updated = copy.deepcopy(notebook)
    client = NotebookClient(updated, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}})
    client.execute()
    for cell in (each for each in updated.cells if each.cell_type == "code"):
        cell.metadata.pop("execution", None)  # when each cell ran
        cell.outputs = [output for output in cell.outputs if output.output_type != "stream" or output.name == "stdout"]
    return updated


def _update(page: str, text: str) -> str:
    if page == TUTORIAL:
        return update_tutorial(text)
    if page != INSIDE_THE_SAMPLE:
        return update_page(text, ROOT)
    with copy_sample() as sample:
        return update_page(text, sample, python=False)


def main() -> None:
    notebook = read_notebook()
    if (updated := update_notebook(notebook)) != notebook:
        nbformat.write(updated, NOTEBOOK)  # type: ignore[no-untyped-call]
        print(NOTEBOOK.relative_to(ROOT))
    for page, text in list_pages().items():
        try:
            new = _update(page, text)
        except subprocess.CalledProcessError as error:
            sys.exit(f"{page}: {error.cmd[-1]}: exit code {error.returncode}. Correct the example first.")
        if new != text:
            (ROOT / page).write_text(new, encoding="utf-8")
            print(page)


if __name__ == "__main__":
    main()
