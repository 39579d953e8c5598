"""Uploads: the GraphQL multipart request, whose files take the places that its map names among the variables.

Only with a header that a form on another site cannot send, and a token. Files stay in memory, and nothing is read past
the limits. What refuses them says which limit, file or path it was.
"""

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, NoReturn

import orjson
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from core.errors import GuantongError
from core.services.artifacts import Upload
from core.texts import Text
from schema.operation import Operation
from server.graphql_http import FORM_PREFLIGHT, parse_request
from server.responses import RequestFault, refused

MULTIPART = "multipart/form-data"
MOST_FILES = 10
OPERATIONS = Text("operations 字段", "the field operations")


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """Bytes of one file, and of everything else in the request."""

    file: int
    fields: int

    @property
    def request(self) -> int:
        """Bytes of a whole request: one file as large as it may be, others beside it only if it is smaller."""
        return self.file + self.fields


class _InMemory(MultiPartParser):
    """Never spools to disk: the length of the request is bounded while it arrives."""

    spool_max_size = 0


def is_multipart(content_type: str) -> bool:
    """Whether a request claims to carry files."""
    return content_type.lower().partition(";")[0].strip() == MULTIPART


def check_preflight(headers: Mapping[str, str]) -> None:
    """Raise 415 without the header: a form on another site can post files, but set no header."""
    if not headers.get(FORM_PREFLIGHT):
        raise refused(
            415,
            f"上传文件须带请求头 {FORM_PREFLIGHT}: 1",
            f"a request with files needs the header {FORM_PREFLIGHT}: 1",
        )


async def read_upload(request: Request, limits: UploadLimits) -> Operation:
    """The operation of a multipart request with its files in place. Raises 400 and 413."""
    form = await _parsed(request, limits)
    try:
        operation = parse_request(_field(form, "operations").encode(), OPERATIONS)
        paths = _paths(_field(form, "map"))
        _only_known(form, paths)
        for name, places in paths.items():
            _put(operation.variables or {}, name, places, await _file(form, name, limits.file))
    finally:
        await form.close()
    return operation


async def _parsed(request: Request, limits: UploadLimits) -> FormData:
    async with aclosing(_bounded(request, limits.request)) as stream:
        parser = _InMemory(request.headers, stream, max_files=MOST_FILES, max_fields=2, max_part_size=limits.fields)
        try:
            return await parser.parse()
        except MultiPartException as fault:
            told = fault.message
            raise refused(
                400, f"请求体不是可读的 multipart：{told}", f"the multipart body cannot be read: {told}"
            ) from None


async def _bounded(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """The body as it arrives, refused with 413 as soon as it is longer, or says that it will be."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > limit:
        _too_large(limit)
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > limit:
            _too_large(limit)
        yield chunk


def _too_large(limit: int) -> NoReturn:
    raise refused(413, f"请求体超过 {limit} 字节", f"the body is longer than {limit} bytes")


def _field(form: FormData, name: str) -> str:
    values = form.getlist(name)
    if len(values) == 1 and isinstance(values[0], str):
        return values[0]
    raise refused(400, f"须有且只有一个文本字段 {name}", f"there must be one text field {name}, and only one")


def _paths(text: str) -> dict[str, list[str]]:
    """Where each file belongs: names of form fields with their paths, such as ``variables.input.file``."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise refused(400, f"map 字段不是 JSON：{error}", f"the field map is not JSON: {error}") from None
    if not isinstance(found, dict) or not all(map(_is_paths, found.values())):
        raise refused(
            400,
            'map 字段须为 {"字段名": ["variables.路径"]}',
            'the field map must look like {"field": ["variables.path"]}',
        )
    return found


def _is_paths(value: object) -> bool:
    return isinstance(value, list) and 0 < len(value) <= MOST_FILES and all(isinstance(path, str) for path in value)


def _only_known(form: FormData, paths: Mapping[str, object]) -> None:
    """Every file has a place, and every place a file."""
    files = {name for name in form if name not in ("operations", "map")}
    for name in sorted(files ^ paths.keys()):
        if name in files:
            raise refused(400, f"map 未说明文件“{name}”的位置", f"map gives no place for the file '{name}'")
        raise refused(400, f"map 所列文件“{name}”不在请求中", f"map names a file '{name}' that is not in the request")


async def _file(form: FormData, name: str, limit: int) -> Upload:
    values = form.getlist(name)
    if len(values) != 1 or not isinstance(values[0], UploadFile):
        raise refused(400, f"“{name}”须为一个文件", f"'{name}' must be one file")
    file = values[0]
    content = await file.read()
    if len(content) > limit:
        raise refused(
            413,
            f"文件“{name}”有 {len(content)} 字节，最多 {limit}",
            f"the file '{name}' has {len(content)} bytes, at most {limit} are accepted",
        )
    # A path would say something of the sender's computer, and nothing of the file.
    filename = PurePosixPath((file.filename or "").replace("\\", "/")).name
    try:
        return Upload(filename=filename, media_type=file.content_type or "application/octet-stream", content=content)
    except GuantongError as error:
        raise RequestFault(400, error) from None


def _put(variables: dict[str, Any], name: str, places: list[str], file: Upload) -> None:
    for place in places:
        first, *steps = place.split(".")
        if first != "variables" or not steps:
            _no_place(name, place)
        _put_at(variables, steps, name, place, file)


def _put_at(inside: Any, steps: list[str], name: str, place: str, file: Upload) -> None:
    *ways, last = steps
    for step in ways:
        inside = next(_child(inside, step), None)
    if next(_child(inside, last), file) is not None:
        _no_place(name, place)
    inside[int(last) if isinstance(inside, list) else last] = file


def _child(inside: Any, step: str) -> Iterator[Any]:
    """What lies under a key of an object or a number of a list, if there is such a place."""
    if isinstance(inside, dict) and step in inside:
        yield inside[step]
    elif isinstance(inside, list) and step.isdecimal() and len(step) < 4 and int(step) < len(inside):
        yield inside[int(step)]


def _no_place(name: str, place: str) -> NoReturn:
    raise refused(
        400,
        f"文件“{name}”的位置“{place}”不在 operations 中，或其值不是 null",
        f"'{place}', the place of the file '{name}', is not in operations or is not null there",
    )
