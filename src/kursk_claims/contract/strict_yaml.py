"""Read YAML strictly, and remember the line and column of each key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kursk_claims.errors import ContractError
from kursk_claims.files import read_bytes

STRING_TAG = "tag:yaml.org,2002:str"
MAX_SCALAR_LENGTH = 100  # characters of a value that is no text; YAML reads 1:1:1 as a number, in quadratic time
MAX_DEPTH = 50  # levels of nesting; our schemas have five


class YamlMapping(dict[str, Any]):
    """A YAML mapping; `marks` has the position of each key, as `line:column`."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: dict[str, str] = {}


def load_yaml(path: Path) -> YamlMapping:
    """Read a file that holds one mapping. Raises `ContractError` with the line and column of the fault, where known."""
    import yaml

    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = read_bytes(path).decode("utf-8")
        _reject_deep_nesting(text, loader_class)
        loader = loader_class(text)
        try:
            value = _to_python(path, loader, loader.get_single_node(), set())
        finally:
            loader.dispose()
    except OSError as error:
        raise ContractError(f"{path}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        position = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or error
        raise ContractError(f"{path}{position}: not YAML: {problem}") from None
    if not isinstance(value, YamlMapping):
        raise ContractError(f"{path}:1:1: expected keys with values, found {type(value).__name__}")
    return value


def _reject_deep_nesting(text: str, loader_class: Any) -> None:
    """Raise `ValueError` if the text is nested too deeply: the C loader builds its tree by recursion and would crash."""
    import yaml

    depth = 0
    for event in yaml.parse(text, loader_class):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise ValueError(f"nested more than {MAX_DEPTH} levels deep")


def _to_python(path: Path, loader: Any, node: Any, visited: set[int]) -> Any:
    """Convert a YAML node to plain values. Refuses aliases and duplicate keys, which readers overlook."""
    import yaml

    if node is None:
        return None
    if id(node) in visited:
        raise ContractError(f"{path}:{_position(node)}: anchors and aliases are not allowed")
    visited.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_to_python(path, loader, item, visited) for item in node.value]
    if not isinstance(node, yaml.MappingNode):
        if node.tag == STRING_TAG:
            return node.value
        if len(node.value) > MAX_SCALAR_LENGTH:
            raise ContractError(f"{path}:{_position(node)}: expected a short number or date; put a long text in quotes")
        try:
            return loader.construct_object(node)
        except ValueError as error:  # such as the thirteenth month
            raise ContractError(f"{path}:{_position(node)}: expected a date or a number, found {node.value!r}: {error}") from None
    mapping = YamlMapping()
    for key_node, value_node in node.value:
        key, mark = _to_python(path, loader, key_node, visited), _position(key_node)
        if not isinstance(key, str):
            raise ContractError(f"{path}:{mark}: expected a word as key, found {key!r}")
        if key in mapping:
            raise ContractError(f"{path}:{mark}: duplicate key {key!r}; first at {mapping.marks[key]}")
        mapping[key] = _to_python(path, loader, value_node, visited)
        mapping.marks[key] = mark
    return mapping


def _position(node: Any) -> str:
    return f"{node.start_mark.line + 1}:{node.start_mark.column + 1}"
