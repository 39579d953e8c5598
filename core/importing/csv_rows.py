"""The rows of a CSV file, one by one: UTF-8 with or without its mark, or GB18030, as offices save them."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from core.errors import ErrorCode, GuantongError, Where
from core.texts import Text

ENCODINGS: Final = ("utf-8-sig", "gb18030")
CHUNK: Final = 256 * 1024


def csv_rows(content: bytes, filename: str) -> Iterator[tuple[int, list[Any]]]:
    """The rows by number from 1, blank ones left out. Raises BAD_FILE."""
    encoding = _encoding(content, filename)
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(content), encoding, newline=""), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _bad(
                filename, f"第 {number} 行 CSV 格式有误：{error}", f"malformed CSV in row {number}: {error}"
            ) from None
        if any(cells):
            yield number, cells


def _encoding(content: bytes, filename: str) -> str:
    """The first encoding in which the whole file makes sense."""
    for encoding in ENCODINGS:
        if _fits(content, encoding):
            return encoding
    raise _bad(filename, "编码既不是 UTF-8 也不是 GB18030", "the encoding is neither UTF-8 nor GB18030")


def _fits(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), CHUNK):
            if "\0" in decoder.decode(content[start : start + CHUNK]):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _bad(filename: str, zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.BAD_FILE, Text(zh, en), where=Where(file=filename))
