"""Shows whether the walls around the code of schemes stand on this host."""

import json
import sys

from plugins.jail.layers import REQUIRED, Layer
from plugins.jail.opening import open_jail
from plugins.jail.words import LAYER_WORDS
from server.tables import Row, print_table

HEADERS = ("隔离层 wall", "含义 meaning", "必需 must stand", "成立 stands", "原因 why not")


async def show_jail(as_json: bool) -> None:
    """Print every wall after the self-test. Raises JAIL_UNAVAILABLE where one that must stand does not."""
    async with open_jail() as jail:
        layers, zygote = jail.layers, await jail.zygote()
    if as_json:
        found = {**layers.as_json(), "acts_refused": zygote.acts, "python": zygote.python}
        sys.stdout.write(f"{json.dumps(found, ensure_ascii=False, indent=2)}\n")
        return
    missing = dict(layers.missing)
    print_table(f"方案代码的隔离 The jail, Python {zygote.python}", HEADERS, [_row(layer, missing) for layer in Layer])
    count = len(zygote.acts)
    sys.stdout.write(f"自检的 {count} 种禁止行为均被拒绝 / all {count} forbidden acts of the self-test were refused\n")


def _row(layer: Layer, missing: dict[Layer, str]) -> Row:
    must = "是 yes" if layer in REQUIRED else "否 no"
    stands = "否 no" if layer in missing else "是 yes"
    return layer.value, LAYER_WORDS[layer], must, stands, missing.get(layer, "")
