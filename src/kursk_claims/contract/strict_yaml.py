"""Read YAML strictly and remember where each key is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from kursk_claims.errors import ContractError


class YamlMapping(dict[str, Any]):
    """A YAML mapping that knows where each of its keys stands, as `line:column`."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: dict[str, str] = {}


MAX_DEPTH = 50  # levels of a schema; ours have five


def load_yaml(path: Path) -> YamlMapping:
    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = path.read_bytes().decode("utf-8")
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
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or error
        raise ContractError(f"{path}{place}: not YAML: {what}") from None
    if not isinstance(value, YamlMapping):
        raise ContractError(f"{path}:1:1: not a schema: expected keys with values, found {type(value).__name__}")
    return value


def _reject_deep_nesting(text: str, loader_class: Any) -> None:
    """Count levels before a tree is made: the loader in C makes it by recursion, and crashes. Raises `ValueError`."""
    depth = 0
    for event in yaml.parse(text, loader_class):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise ValueError(f"nested more than {MAX_DEPTH} levels deep")


def _to_python(path: Path, loader: Any, node: Any, seen: set[int]) -> Any:
    """Plain values from a YAML node; aliases and doubled keys, which a reader would overlook, are refused."""
    if node is None:
        return None
    place = f"{path}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
    if id(node) in seen:
        raise ContractError(f"{place}: anchors and aliases are not used in schemas")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        result = YamlMapping()
        for key_node, value_node in node.value:
            key = _to_python(path, loader, key_node, seen)
            mark = f"{key_node.start_mark.line + 1}:{key_node.start_mark.column + 1}"
            if not isinstance(key, str):
                raise ContractError(f"{path}:{mark}: a key must be a word, found {key!r}")
            if key in result:
                raise ContractError(f"{path}:{mark}: {key!r} stands twice, first at {result.marks[key]}")
            result[key] = _to_python(path, loader, value_node, seen)
            result.marks[key] = mark
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_to_python(path, loader, each, seen) for each in node.value]
    return loader.construct_object(node)
