"""What ``guantong documents`` does: registers documents that anybody may run, and lists those there are."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from core.errors import ErrorCode, GuantongError
from core.texts import Text
from schema.registering import Registrar, Weighed
from schema.trusted import document_id
from server.manifest import packaged, read_manifest, registered, write_manifest
from server.settings import Settings
from server.tables import print_table

HEADERS = ("标识 id", "操作 operations", "成本 cost", "来源 source")


def add_documents(settings: Settings, files: Sequence[Path]) -> None:
    """Register the documents of some files: all of them, or none when one is wrong."""
    registrar, found = Registrar(), dict(_texts(files))
    for text, source in found.items():
        registrar.weigh(text, source)
    known = registered(settings.manifest)
    added = {document_id(text): text for text in found}
    write_manifest(settings.manifest, {**known, **added})
    sys.stdout.write("".join(f"{id_}\n" for id_ in added))
    new = len(added.keys() - known.keys())
    sys.stderr.write(
        f"新登记 {new} 个，共 {len(known.keys() | added)} 个，见 {settings.manifest} / "
        f"{new} new, {len(known.keys() | added)} in all, in {settings.manifest}\n"
    )


def list_documents(settings: Settings, as_json: bool) -> None:
    """Print every trusted document: those of the package, then those that were registered."""
    registrar = Registrar()
    sources = {"随软件提供 package": packaged(), str(settings.manifest): registered(settings.manifest)}
    rows = [
        (id_, registrar.weigh(text, source), source) for source, texts in sources.items() for id_, text in texts.items()
    ]
    if as_json:
        content = [
            {"id": id_, "operations": [one._asdict() for one in found], "source": source} for id_, found, source in rows
        ]
        sys.stdout.write(f"{json.dumps(content, ensure_ascii=False, indent=2)}\n")
        return
    cells = ((id_, _names(found), ", ".join(str(one.cost) for one in found), source) for id_, found, source in rows)
    print_table("可执行的查询文档 Trusted documents", HEADERS, cells)


def _names(found: Iterable[Weighed]) -> str:
    return ", ".join(f"{one.kind} {one.name or ''}".strip() for one in found)


def _texts(files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Texts with the files that they are from: a manifest holds many, any other file is one."""
    for file in files:
        if file.suffix == ".json":
            yield from ((text, str(file)) for text in read_manifest(file).values())
        else:
            yield _read(file), str(file)


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8"
        raise GuantongError(ErrorCode.BAD_FILE, Text(f"无法读取 {file}：{why}", f"cannot read {file}: {why}")) from None
