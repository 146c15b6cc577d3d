"""Bound what the pages of a Parquet file become in memory, before any of them is decompressed.

Some kilobytes can expand to any size: a page by its compression, and a value in a dictionary, or a prefix that following values
share, by the number of rows that repeat it. Nothing that a library exposes bounds this, so the headers of the pages are read here
(https://github.com/apache/parquet-format, in Thrift's compact protocol).
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow.parquet

MAX_CELL_SIZE = 16 * 2**20  # bytes of one value
MAX_PAGE_SIZE = 256 * 2**20  # bytes of a page, compressed or not
MAX_OPEN_SIZE = 512 * 2**20  # bytes of the largest pages of all columns, which are in memory at the same time
MAX_HEADER_SIZE = 64 * 2**20  # bytes of a page's header, which may hold the least and the greatest value
SIGNATURE_SIZE = 28  # bytes of the signature of a footer: a nonce and a tag
PLAIN, PLAIN_DICTIONARY, DELTA_BYTE_ARRAY, RLE_DICTIONARY = 0, 2, 7, 8  # encodings
DATA_PAGE, DICTIONARY_PAGE, DATA_PAGE_V2 = 0, 2, 3  # types of pages
# The field of a header that describes a page of a type, and the fields of its encoding and its number of values there.
DETAILS = {DATA_PAGE: (5, 2, 1), DICTIONARY_PAGE: (7, 2, 1), DATA_PAGE_V2: (8, 4, 1)}
CODECS = {"SNAPPY": "snappy", "GZIP": "gzip", "BROTLI": "brotli", "ZSTD": "zstd", "LZ4_RAW": "lz4_raw"}


class TooLargeError(ValueError):
    """A part of a file is larger than any that is read."""


@dataclass(frozen=True)
class Page:
    """The header of a page; `start` is the byte of the file at which its content begins."""

    type: int
    encoding: int
    values: int
    size: int
    compressed_size: int
    start: int


@dataclass
class ColumnBounds:
    """The most bytes of a row of a column: those stored for it, its entry in a dictionary, and a prefix that it may share."""

    stored: float = 0
    entry: float = 0
    prefix: float = 0


def reject_encrypted(file: io.BufferedReader, metadata: pyarrow.parquet.FileMetaData) -> None:
    """Raise `ValueError` for a file with encrypted columns: reading what its footer says of them would end the process.

    Such a footer is followed by a signature, which is not part of the metadata.
    """
    file.seek(-8, io.SEEK_END)
    if int.from_bytes(file.read(4), "little") - metadata.serialized_size == SIGNATURE_SIZE:
        raise ValueError("the columns are encrypted")


def bound_rows(
    file: io.BufferedReader, metadata: pyarrow.parquet.FileMetaData, columns: Collection[str]
) -> dict[str, ColumnBounds]:
    """Return the bounds of some columns, which are not nested.

    Raises `TooLargeError` for a page or a value, and `ValueError` for a damaged header.
    """
    size = file.seek(0, io.SEEK_END)
    bounds = {name: ColumnBounds() for name in columns}
    for group in range(metadata.num_row_groups):
        open_size, rows = 0, metadata.row_group(group).num_rows
        if rows == 0:  # its columns may lie nowhere
            continue
        for index in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(index)
            name = chunk.path_in_schema
            if name not in bounds:
                continue
            try:
                open_size += _bound_chunk(file, size, chunk, rows, bounds[name])
            except TooLargeError as error:
                raise TooLargeError(f"column {name}, row group {group + 1}: {error}") from None
            except (ValueError, IndexError, RecursionError) as error:
                raise ValueError(f"column {name}, row group {group + 1}: {error or 'a damaged page header'}") from None
            if open_size > MAX_OPEN_SIZE:
                raise TooLargeError(f"row group {group + 1}: pages that take more than {MAX_OPEN_SIZE // 2**20} MB at once")
    return bounds


def _bound_chunk(file: io.BufferedReader, size: int, chunk: Any, rows: int, bounds: ColumnBounds) -> int:
    """Raise the bounds of a column to what a chunk of it can take; return the bytes of its largest pages."""
    largest, dictionary, values, longest = 0, 0, 0, 0.0
    uses_dictionary = False
    for page in _read_pages(file, size, chunk):
        if min(page.size, page.compressed_size, page.values) < 0:
            raise ValueError("a damaged page header")
        if max(page.size, page.compressed_size) > MAX_PAGE_SIZE:
            raise TooLargeError(f"a page of {page.size} bytes; at most {MAX_PAGE_SIZE // 2**20} MB are read")
        if page.type == DICTIONARY_PAGE:
            dictionary, longest = page.size, _longest_entry(file, chunk, page)
            continue
        largest, values = max(largest, page.size), values + page.values
        bounds.stored = max(bounds.stored, page.size / max(page.values, 1))
        uses_dictionary = uses_dictionary or page.encoding in (PLAIN_DICTIONARY, RLE_DICTIONARY)
        if page.encoding == DELTA_BYTE_ARRAY:
            bounds.prefix = max(bounds.prefix, page.size)
    if not values == chunk.num_values == rows:
        raise ValueError(f"pages with {values} values and a note of {chunk.num_values}, for {rows} rows")
    if uses_dictionary:
        bounds.entry = max(bounds.entry, longest)
    return largest + dictionary


def _read_pages(file: io.BufferedReader, size: int, chunk: Any) -> Iterator[Page]:
    """Yield the headers of a chunk's pages in order."""
    start = chunk.data_page_offset
    if chunk.has_dictionary_page and chunk.dictionary_page_offset:
        start = min(start, chunk.dictionary_page_offset)
    end = start + chunk.total_compressed_size
    if not 0 < start <= end <= size:
        raise ValueError("a column that does not lie in the file")
    while start < end:
        file.seek(start)
        header, length = _read_header(file, end - start)
        content = start + length
        if not all(isinstance(header.get(field), int) for field in (1, 2, 3)):
            raise ValueError("a page header without its sizes")
        kind, page_size, compressed_size = (int(header[field]) for field in (1, 2, 3))
        start = content + max(compressed_size, 0)
        if kind in DETAILS:
            field, encoding, values = DETAILS[kind]
            details = header.get(field)
            if not isinstance(details, dict):
                raise ValueError("a page header without its encoding")
            yield Page(kind, details.get(encoding, 0), details.get(values, 0), page_size, compressed_size, content)
        elif max(page_size, compressed_size) > MAX_PAGE_SIZE:
            raise TooLargeError(f"a page of {page_size} bytes")


def _read_header(file: io.BufferedReader, limit: int) -> tuple[dict[int, Any], int]:
    """Return the header that begins here, and its length. Raises `ValueError` if it is damaged."""
    length = 256
    data = b""
    while True:
        data += file.read(min(length, limit) - len(data))
        try:
            return _read_struct(data, 0)
        except IndexError:
            if length >= min(limit, MAX_HEADER_SIZE):
                raise ValueError("a damaged page header") from None
            length *= 16


def _read_struct(data: bytes, position: int, depth: int = 0) -> tuple[dict[int, Any], int]:
    """Return the fields of a struct by number, and the position after it; `IndexError` if the data end before it does."""
    fields: dict[int, Any] = {}
    number = 0
    while (head := data[position]) != 0:
        position += 1
        kind = head & 15
        if head >> 4:
            number += head >> 4
        else:
            number, position = _read_integer(data, position)
        if kind in (1, 2):  # true and false
            fields[number] = kind == 1
        elif kind in (4, 5, 6):
            fields[number], position = _read_integer(data, position)
        elif kind in (3, 7):
            position += 1 if kind == 3 else 8
        elif kind == 8:  # bytes
            length, position = _read_unsigned(data, position)
            position += length
            data[position]
        elif kind == 12 and depth < 4:
            fields[number], position = _read_struct(data, position, depth + 1)
        else:
            raise ValueError("a damaged page header")
    return fields, position + 1


def _read_integer(data: bytes, position: int) -> tuple[int, int]:
    value, position = _read_unsigned(data, position)
    return (value >> 1) ^ -(value & 1), position


def _read_unsigned(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 64:
        byte = data[position]
        position += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, position
        shift += 7
    raise ValueError("a damaged page header")


def _longest_entry(file: io.BufferedReader, chunk: Any, page: Page) -> float:
    """Return the bytes of the longest entry of a dictionary page; of the whole page if that is not known."""
    import pyarrow as pa

    if chunk.physical_type != "BYTE_ARRAY":
        return 8
    file.seek(page.start)
    content = file.read(page.compressed_size)
    if chunk.compression in CODECS:
        try:
            content = pa.Codec(CODECS[chunk.compression]).decompress(content, page.size).to_pybytes()
        except (pa.ArrowException, OSError):
            return page.size
    elif chunk.compression != "UNCOMPRESSED":
        return page.size
    longest = position = 0
    while position + 4 <= len(content):
        length = int.from_bytes(content[position : position + 4], "little")
        longest = max(longest, length)
        position += 4 + length
    if longest > MAX_CELL_SIZE:
        raise TooLargeError(f"a value of {longest} bytes; at most {MAX_CELL_SIZE // 2**20} MB are read")
    return longest
