"""The words for the enumerations of decisions: how a target is come by, and why a way is closed."""

from core.eligibility.blocks import BlockCode
from core.eligibility.routes import Mode
from core.texts import Text

MODES: dict[Mode, Text] = {
    Mode.PROMOTION: Text("同一通道晋升", "promotion on the same ladder"),
    Mode.CROSSING: Text("职业融合（贯通）", "crossing to the other ladder"),
    Mode.DUAL_TRACK: Text("双线晋升", "promotion on both tracks"),
    Mode.DUAL_CERTIFICATE: Text("一评双证", "one evaluation, two certificates"),
    Mode.CONTEST: Text("以赛代评", "contest in place of an evaluation"),
}
BLOCKS: dict[BlockCode, Text] = {
    BlockCode.ALREADY_HELD: Text("已取得同级或更高级", "this or a higher level is held"),
    BlockCode.FRAUD_BAR: Text("弄虚作假禁申期", "barred for deceit"),
    BlockCode.ONE_A_YEAR: Text("同一年度证书数量限制", "the yearly number of skill certificates is reached"),
    BlockCode.NOT_EMPLOYED: Text("不在该企业任职", "not employed at the enterprise"),
    BlockCode.OFF_LIST: Text("企业不在试点名单", "the enterprise is not on the pilot list"),
    BlockCode.NO_AUTHORITY: Text("企业无相应评价权", "the enterprise has no authority for this"),
    BlockCode.CLOSES_FIRST: Text("通道先于条件满足而终止", "the route closes before the conditions are met"),
}
