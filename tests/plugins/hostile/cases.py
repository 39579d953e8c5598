"""Hostile and broken uploads: what each is called, what it is, its codes, and a piece of what its finding says."""

import stat
import zipfile

from tests.plugins.hostile import wheels as w
from tests.plugins.hostile.case import (
    CRLF_PYC,
    ELF,
    INFO,
    PACKAGE,
    PYC,
    SOUND_RECORD,
    SYMLINK,
    TIGHT,
    R,
    case,
    in_bundle,
    python,
    with_path,
    with_record,
)

NOT_ZIPS = (
    case("random bytes", b"hello, this is no zip" * 9, R.NOT_A_ZIP, "不是完整可读的 zip 文件"),
    case("empty file", b"", R.NOT_A_ZIP, "不是完整可读的 zip 文件"),
    case("cut short", w.wheel()[:-30], R.NOT_A_ZIP, "不是完整可读的 zip 文件"),
    case("program before the zip", b"#!/bin/sh\nreboot\n" + w.wheel(), R.NOT_A_ZIP, "zip 之前另有内容"),
    case(
        "checksum wrong", w.patched(w.wheel(), w.MANIFEST, 14, 16, b"\0\0\0\0"), R.NOT_A_ZIP, "不是完整可读的 zip 文件"
    ),
    in_bundle("another compression", w.packed(w.files(), zipfile.ZIP_BZIP2), R.NOT_A_ZIP, "压缩方法不受支持"),
    case("neither wheel nor zip", w.wheel(), R.NOT_A_ZIP, "只接受 .whl", filename="scheme.tar.gz"),
    in_bundle("size understated", w.lying_size("scheme.toml", 10), R.NOT_A_ZIP, "不是完整可读的 zip 文件"),
)
BOMBS = (
    in_bundle("ten megabytes of nothing", w.bundle({"x": bytes(10_000_000)}), (R.TOO_LARGE, R.ZIP_BOMB), "倍"),
    in_bundle("one entry packed a thousandfold", w.bundle({"x": bytes(3_000_000)}), R.ZIP_BOMB, "解压后是压缩前的"),
    in_bundle(
        "too much in all",
        w.bundle({str(n): b"x" * 90_000 for n in range(2)}),
        R.ZIP_BOMB,
        "解压后共 176.6 KB，超过 146.5 KB",
        limits=TIGHT,
    ),
    in_bundle("too many entries", w.bundle({str(n): "x" for n in range(50)}), R.ZIP_BOMB, "最多 40 个", limits=TIGHT),
    in_bundle("entries share bytes", w.overlapping(), R.ZIP_BOMB, "条目与前一条目重叠"),
    in_bundle("size overstated", w.lying_size("scheme.toml", 2_000_000_000), (R.TOO_LARGE, R.ZIP_BOMB), "解压后共"),
    case("zip within", w.wheel({f"{PACKAGE}/more.zip": w.bundle()}), R.ZIP_BOMB, "套有压缩包（.zip）"),
    case("zip by another name", w.wheel({f"{PACKAGE}/data.json": w.bundle()}), R.ZIP_BOMB, "套有压缩包（zip）"),
    case(
        "gzip by another name",
        w.wheel({f"{PACKAGE}/data.json": b"\x1f\x8b" + bytes(9)}),
        R.ZIP_BOMB,
        "套有压缩包（gzip）",
    ),
)
PATHS = (
    in_bundle("up and out", with_path("../../etc/passwd"), R.UNSAFE_PATH, "会越出所在文件夹"),
    in_bundle("absolute", with_path("/etc/passwd"), R.UNSAFE_PATH, "路径是绝对路径或带盘符"),
    in_bundle("drive", with_path("C:/boot.ini"), R.UNSAFE_PATH, "路径是绝对路径或带盘符"),
    in_bundle("backslash", with_path("..\\boot.ini"), R.UNSAFE_PATH, "路径含反斜杠"),
    in_bundle("null byte", with_path("a.py\0.toml"), R.UNSAFE_PATH, "控制或不可见字符"),
    in_bundle("text turned round", with_path("a\u202elmot.py"), R.UNSAFE_PATH, "控制或不可见字符"),
    in_bundle("empty part", with_path("a//b"), R.UNSAFE_PATH, "有空的一级"),
    in_bundle("space at the end", with_path("scheme.toml "), R.UNSAFE_PATH, "以空格或点结尾"),
    in_bundle("no name", with_path(""), R.UNSAFE_PATH, "有空的一级"),
    in_bundle("device", with_path("a/NUL.txt"), R.UNSAFE_PATH, "系统保留名"),
    in_bundle("endless path", with_path("a/" * 120 + "b"), R.UNSAFE_PATH, "超过 200 个字符"),
    in_bundle("same name twice", with_path("scheme.toml"), R.UNSAFE_PATH, "与“scheme.toml”重名"),
    in_bundle("same name but for case", with_path("Scheme.TOML"), R.UNSAFE_PATH, "与“scheme.toml”重名"),
    in_bundle(
        "same name but for composition",
        w.with_entries((w.entry("caf\u00e9"), b""), (w.entry("cafe\u0301"), b"")),
        R.UNSAFE_PATH,
        "与“café”重名",
    ),
    in_bundle(
        "a file that is a folder",
        w.with_entries((w.entry("a"), b""), (w.entry("a/b"), b"")),
        R.UNSAFE_PATH,
        "与“a”重名",
    ),
    in_bundle(
        "a folder that is a file",
        w.with_entries((w.entry("a/b"), b""), (w.entry("a"), b"")),
        R.UNSAFE_PATH,
        "与“a”重名",
    ),
    in_bundle(
        "two spellings of a folder",
        w.with_entries((w.entry("a/b"), b""), (w.entry("A/c"), b"")),
        R.UNSAFE_PATH,
        "与“a”重名",
    ),
    in_bundle(
        "symbolic link", w.with_entries((w.entry("link", SYMLINK), b"/etc/passwd")), R.UNSAFE_PATH, "符号链接或设备"
    ),
    in_bundle("device file", w.with_entries((w.entry("pipe", stat.S_IFIFO), b"")), R.UNSAFE_PATH, "符号链接或设备"),
    in_bundle("folder with bytes", w.with_entries((w.entry("a/"), b"hidden")), R.UNSAFE_PATH, "文件夹条目带有内容"),
)
CODE = (
    case("pth in the package", w.wheel({f"{PACKAGE}/run.pth": "import os"}), R.STARTUP_FILE, "会在 Python 启动时运行"),
    case(
        "pth at the top", w.wheel({"run.pth": "import os"}), (R.STARTUP_FILE, R.OUT_OF_PLACE), "会在 Python 启动时运行"
    ),
    case("shared library", w.wheel({f"{PACKAGE}/fast.so": b""}), R.COMPILED_CODE, "编译代码（.so）"),
    case("versioned library", w.wheel({f"{PACKAGE}/fast.so.1": b""}), R.COMPILED_CODE, "编译代码（.so）"),
    case("Windows library", w.wheel({f"{PACKAGE}/fast.PYD": b""}), R.COMPILED_CODE, "编译代码（.pyd）"),
    case("ELF by another name", w.wheel({f"{PACKAGE}/notes.txt": ELF}), R.COMPILED_CODE, "编译代码（ELF）"),
    case("PE by another name", w.wheel({f"{PACKAGE}/notes.txt": b"MZ\x90\0\x03"}), R.COMPILED_CODE, "编译代码（PE）"),
    case("Mach-O by another name", w.wheel({f"{PACKAGE}/n.txt": b"\xcf\xfa\xed\xfe"}), R.COMPILED_CODE, "Mach-O"),
    case("WebAssembly by another name", w.wheel({f"{PACKAGE}/n.txt": b"\0asm\1"}), R.COMPILED_CODE, "WebAssembly"),
    case("bytecode", w.wheel({f"{PACKAGE}/__pycache__/a.cpython-311.pyc": PYC}), R.COMPILED_CODE, "编译代码（.pyc）"),
    case("bytecode by another name", w.wheel({f"{PACKAGE}/notes.txt": CRLF_PYC}), R.COMPILED_CODE, "编译代码（pyc）"),
)
DEPENDENCIES = (
    case(
        "another distribution",
        w.wheel({f"{INFO}/METADATA": f"{w.METADATA}Requires-Dist: requests\n"}),
        R.DEPENDENCY,
        "依赖不允许",
    ),
    case(
        "one for testing",
        w.wheel({f"{INFO}/METADATA": f"{w.METADATA}Requires-Dist: pytest; extra == 'test'\n"}),
        R.DEPENDENCY,
        "[dependency-groups]",
    ),
    case(
        "the kit from elsewhere",
        w.wheel({f"{INFO}/METADATA": f"{w.METADATA}Requires-Dist: guantong @ https://example.org/g.whl\n"}),
        R.DEPENDENCY,
        "只能依赖 guantong",
    ),
    case(
        "the kit with extras",
        w.wheel({f"{INFO}/METADATA": f"{w.METADATA}Requires-Dist: guantong[dev]\n"}),
        R.DEPENDENCY,
        "依赖不允许",
    ),
    case(
        "a system library",
        w.wheel({f"{INFO}/METADATA": f"{w.METADATA}Requires-External: libfoo\n"}),
        R.DEPENDENCY,
        "依赖不允许",
    ),
    case(
        "an undeclared import",
        python("import os\nimport requests as r\n"),
        R.DEPENDENCY,
        "第 2 行使用了不提供给方案的模块 requests",
    ),
    case(
        "an import within", python("def f():\n    from numpy import array; return array\n"), R.DEPENDENCY, "numpy.array"
    ),
    case(
        "more than the kit", python("from plugins.registry import SchemeRegistry\n"), R.DEPENDENCY, "plugins.registry"
    ),
    case("the platform's core", python("import core.secrets\n"), R.DEPENDENCY, "core.secrets"),
)
PARTS = (
    case("no scheme.toml", w.wheel({w.MANIFEST: None}), R.PART_MISSING, "缺少 scheme_tiny_works/scheme.toml"),
    case("no catalog", w.wheel({w.CATALOG: None}), R.PART_MISSING, "缺少对应关系目录"),
    in_bundle("an empty zip", w.packed({}), R.PART_MISSING, "缺少 scheme.toml"),
    case(
        "two catalogs",
        w.wheel({f"{PACKAGE}/catalog.xlsx": b"x"}),
        R.TWO_CATALOGS,
        "同时有 catalog.toml 与 catalog.xlsx",
    ),
    case("bad TOML", w.wheel({w.MANIFEST: "key = = 1"}), R.FORM, "不是有效的 TOML（第 1 行第 7 列）"),
    case(
        "unknown key",
        w.wheel({w.CATALOG: f"{w.CATALOG_TOML}yeers = 2\n"}),
        R.FORM,
        "row[1].skill_to_title.yeers 不是可用的键",
    ),
    case("endless key", w.wheel({w.MANIFEST: "a" + ".a" * 900 + " = 1"}), R.FORM, "键的层级过深"),
    case("nested without end", w.wheel({w.CATALOG: "x = " + "[" * 40 + "]" * 40}), R.TOO_LARGE, "嵌套超过 24 层"),
    case("nested beyond Python", w.wheel({w.CATALOG: "x = " + "[\n" * 5000}), R.FORM, "不是有效的 TOML"),
    case("too many values", w.wheel({w.CATALOG: "x = [" + "1,\n" * 70_000 + "]"}), R.TOO_LARGE, "超过 60000 个取值"),
    case(
        "a number beyond JSON",
        w.wheel({w.CATALOG: w.CATALOG_TOML.replace("number = 1", f"number = {2**60}")}),
        R.FORM,
        "数值过大",
    ),
    case("no Python", python("def (:\n  '''"), R.FORM, "不是有效的 Python 源代码"),
)
RECORDS = (
    case("no RECORD", w.wheel({f"{INFO}/RECORD": None}), R.RECORD, "缺少 RECORD"),
    case(
        "a file changed afterwards",
        with_record(w.record(w.files({w.CATALOG: "# other\n"}))),
        R.RECORD,
        "SHA-256 或大小不符",
    ),
    case(
        "a file added afterwards",
        w.wheel({f"{INFO}/RECORD": SOUND_RECORD, f"{PACKAGE}/late.py": ""}),
        R.RECORD,
        "未列入 RECORD",
    ),
    case("a file taken away", with_record(w.record(w.files({f"{PACKAGE}/gone.py": ""}))), R.RECORD, "列出的文件不存在"),
    case(
        "a weak digest",
        with_record(
            SOUND_RECORD.replace(
                f"sha256={w.digest(w.files()[w.CATALOG])}", f"md5={w.digest(w.files()[w.CATALOG], 'md5')}"
            )
        ),
        R.RECORD,
        "SHA-256 或大小不符",
    ),
    case("listed twice", with_record(SOUND_RECORD + SOUND_RECORD.splitlines()[0] + "\n"), R.RECORD, "重复列出"),
    case("no CSV", with_record('"'), (R.RECORD,), "不是有效的 CSV"),
)
TAGS = (
    case(
        "tagged for one platform",
        w.wheel({f"{INFO}/WHEEL": w.WHEEL.replace("py3-none-any", "cp311-cp311-linux_x86_64")}),
        R.WHEEL_TAG,
        "标签应为 py3-none-any",
    ),
    case("two tags", w.wheel({f"{INFO}/WHEEL": f"{w.WHEEL}Tag: py2-none-any\n"}), R.WHEEL_TAG, "标签应为 py3-none-any"),
    case("no pure library", w.wheel({f"{INFO}/WHEEL": w.WHEEL.replace("true", "false")}), R.WHEEL_TAG, "不是纯 Python"),
    case("no WHEEL", w.wheel({f"{INFO}/WHEEL": None}), R.WHEEL_TAG, "缺少 WHEEL"),
    case(
        "named for one platform",
        w.wheel(),
        R.WHEEL_TAG,
        "不是纯 Python",
        filename=w.NAME.replace("py3-none-any", "cp311-cp311-win32"),
    ),
)
IDENTITIES = (
    case("renamed", w.wheel(), R.IDENTITY, "名称或版本不一致", filename=w.NAME.replace("tiny", "huge")),
    case("renamed beyond reading", w.wheel(), R.IDENTITY, "名称或版本不一致", filename="x-py3-none-any.whl"),
    case(
        "another version inside",
        w.wheel({f"{INFO}/METADATA": w.METADATA.replace("1.0.0", "1.0.1")}),
        R.IDENTITY,
        "版本",
    ),
    case(
        "a name given twice",
        w.wheel({f"{INFO}/METADATA": f"{w.METADATA}Name: other\n"}),
        R.IDENTITY,
        "名称或版本不一致",
    ),
    case(
        "scheme.toml of another version",
        w.wheel({w.MANIFEST: w.SCHEME_TOML.replace("1.0.0", "2.0.0")}),
        R.IDENTITY,
        "scheme.toml 的版本是 2.0.0",
    ),
    case(
        "scheme.toml of another key",
        w.wheel({w.MANIFEST: w.SCHEME_TOML.replace("tiny_works", "lingnan_ship")}),
        (R.IDENTITY, R.ENTRY_POINT),
        "分发包应名为 scheme-lingnan-ship",
    ),
    case(
        "two dist-info folders",
        w.wheel({"other-1.0.dist-info/METADATA": w.METADATA}),
        R.IDENTITY,
        "有 2 个 *.dist-info 文件夹",
    ),
    case("no METADATA", w.wheel({f"{INFO}/METADATA": None}), R.IDENTITY, "缺少 METADATA"),
)
ENTRY_POINTS = (
    case(
        "no entry point", w.wheel({f"{INFO}/entry_points.txt": "[guantong.schemes]\n"}), R.ENTRY_POINT, "有 0 个入口点"
    ),
    case("no entry points at all", w.wheel({f"{INFO}/entry_points.txt": None}), R.ENTRY_POINT, "缺少 entry_points.txt"),
    case(
        "two entry points",
        w.wheel({f"{INFO}/entry_points.txt": f"{w.ENTRY_POINTS}b = scheme_tiny_works\n"}),
        R.ENTRY_POINT,
        "有 2 个入口点",
    ),
    case(
        "pointing elsewhere",
        w.wheel({f"{INFO}/entry_points.txt": "[guantong.schemes]\ntiny_works = os\n"}),
        R.ENTRY_POINT,
        "不指向本包的模块",
    ),
    case(
        "another group",
        w.wheel({f"{INFO}/entry_points.txt": f"{w.ENTRY_POINTS}[console_scripts]\nls = scheme_tiny_works:m\n"}),
        R.ENTRY_POINT,
        "只能用入口点组",
    ),
    case("no entry points file", w.wheel({f"{INFO}/entry_points.txt": "tiny_works"}), R.ENTRY_POINT, "入口点无法读取"),
    case(
        "named unlike the key",
        w.wheel({f"{INFO}/entry_points.txt": w.ENTRY_POINTS.replace("tiny_works =", "tiny =")}),
        R.ENTRY_POINT,
        "以方案键 tiny_works 为名",
    ),
    case(
        "no name of Python",
        w.wheel({f"{INFO}/entry_points.txt": w.ENTRY_POINTS.replace("= scheme_tiny_works", "= scheme_tiny_works:a b")}),
        R.ENTRY_POINT,
        "不指向本包的模块",
    ),
)
PLACES = (
    case(
        "data for elsewhere",
        w.wheel({"scheme_tiny_works-1.0.0.data/scripts/ls": "#!/bin/sh"}),
        R.OUT_OF_PLACE,
        "文件不在方案的包内",
    ),
    case("run at start-up", w.wheel({"sitecustomize.py": "import math"}), R.OUT_OF_PLACE, "文件不在方案的包内"),
    case("another package", w.wheel({"plugins/api.py": ""}), R.OUT_OF_PLACE, "文件不在方案的包内"),
    case("an installer's note", w.wheel({f"{INFO}/direct_url.json": "{}"}), R.OUT_OF_PLACE, "文件不在方案的包内"),
    in_bundle(
        "a stranger in the zip", w.bundle({"scheme.py": ""}), R.OUT_OF_PLACE, "zip 中只应有 scheme.toml、目录与案例"
    ),
)
SIZES = (
    case("upload too large", bytes(300_000), R.TOO_LARGE, "文件 293.0 KB，超过 195.3 KB", limits=TIGHT),
    in_bundle(
        "entry too large",
        w.bundle({"x": bytes(range(256)) * 430}),
        R.TOO_LARGE,
        "文件 107.5 KB，超过 97.7 KB",
        limits=TIGHT,
    ),
    case("too much Python", python("x = 1\n" * 400), R.TOO_LARGE, "文件 2.4 KB，超过 2.0 KB", limits=TIGHT),
    case(
        "endless entry points",
        w.wheel({f"{INFO}/entry_points.txt": f"{w.ENTRY_POINTS}#{' ' * 5000}\n"}),
        (R.TOO_LARGE, R.ENTRY_POINT),
        "请精简",
    ),
)
ENCODINGS = (
    in_bundle("encrypted entry", w.encrypted("scheme.toml"), R.ENCRYPTED, "条目已加密"),
    in_bundle("file name in GBK", w.without_utf8_flag("方案.toml", "gbk"), R.ENCODING, "条目名不是 UTF-8"),
    case("scheme.toml in GBK", w.wheel({w.MANIFEST: w.SCHEME_TOML.encode("gbk")}), R.ENCODING, "第 5 行不是 UTF-8"),
    case(
        "METADATA in Latin-1",
        w.wheel({f"{INFO}/METADATA": f"{w.METADATA}Author: é\n".encode("latin-1")}),
        R.ENCODING,
        "METADATA 不是 UTF-8",
    ),
    case("Python in Latin-1", python("# é\n".encode("latin-1")), R.ENCODING, "Python 源代码不是 UTF-8"),
    case("Python that says so", python("# -*- coding: rot13 -*-\nvzcbeg bf\n"), R.ENCODING, "Python 源代码不是 UTF-8"),
)
BEYOND = (
    in_bundle(
        "too many rows",
        w.bundle(
            {"catalog.toml": "".join(w.CATALOG_TOML.replace("number = 1", f"number = {n}") for n in range(1, 42))}
        ),
        R.BEYOND_LIMIT,
        "两侧相同的行 41，最多 40；请合并",
    ),
    in_bundle(
        "an endless name",
        w.bundle({"scheme.toml": w.SCHEME_TOML.replace("示例小厂方案", "长" * 201)}),
        R.BEYOND_LIMIT,
        "一个名称的字数 201，最多 200；请精简",
    ),
)
CASES = (
    *NOT_ZIPS,
    *BOMBS,
    *PATHS,
    *CODE,
    *DEPENDENCIES,
    *PARTS,
    *RECORDS,
    *TAGS,
    *IDENTITIES,
    *ENTRY_POINTS,
    *PLACES,
    *SIZES,
    *ENCODINGS,
    *BEYOND,
)
