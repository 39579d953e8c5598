"""What other systems are told of (事件通知), and the words for how telling them goes."""

import re
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from core.errors import ErrorCode, GuantongError, Where
from core.texts import Text

PAYLOAD_VERSION: Final = 1
LONGEST_URL: Final = 500
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_WELL_KNOWN: Final = 1024  # ports below are of other services, such as mail and shells
_PLAIN: Final = re.compile(r"[!-~]+")


class WebhookEvent(StrEnum):
    """What happened."""

    RESULTS_FILED = "results.filed"
    RESULTS_RETURNED = "results.returned"
    RESULTS_ACCEPTED = "results.accepted"
    CERTIFICATE_ISSUED = "certificate.issued"
    CERTIFICATE_REVOKED = "certificate.revoked"
    CERTIFICATES_REPORTED = "certificates.reported"
    CONTEST_GRANTED = "contest.granted"
    CONTEST_REFUSED = "contest.refused"
    CONTEST_REVOKED = "contest.revoked"
    SCHEME_SUBMITTED = "scheme.submitted"
    SCHEME_RETURNED = "scheme.returned"
    SCHEME_RECORDED = "scheme.recorded"
    SCHEME_ACTIVATED = "scheme.activated"
    SCHEME_SUSPENDED = "scheme.suspended"
    SCHEME_RETIRED = "scheme.retired"
    ENTERPRISE_LISTED = "enterprise.listed"
    ENTERPRISE_DELISTED = "enterprise.delisted"


class WebhookState(StrEnum):
    """Whether a subscription is told of anything."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class WebhookCause(StrEnum):
    """Why a subscription is paused or ended."""

    ASKED = "asked"
    FAILING = "failing"
    GONE = "gone"


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class DeliveryError(StrEnum):
    """Why an attempt came to nothing, or why there is none any more."""

    ADDRESS_REFUSED = "address_refused"
    NAME_UNKNOWN = "name_unknown"
    NOT_CONNECTED = "not_connected"
    TIMED_OUT = "timed_out"
    REDIRECTED = "redirected"
    STATUS = "status"
    GONE = "gone"
    UNSIGNED = "unsigned"
    TOO_OLD = "too_old"
    ENDED = "ended"


EVENTS: Final[dict[WebhookEvent, Text]] = {
    WebhookEvent.RESULTS_FILED: Text("评价结果已报备", "results of a round were filed with the bureau"),
    WebhookEvent.RESULTS_RETURNED: Text("评价结果被退回", "the bureau returned the results of a round"),
    WebhookEvent.RESULTS_ACCEPTED: Text("评价结果审核通过", "the bureau accepted the results of a round"),
    WebhookEvent.CERTIFICATE_ISSUED: Text("证书已核发", "a certificate was issued"),
    WebhookEvent.CERTIFICATE_REVOKED: Text("证书已撤销", "a certificate was revoked"),
    WebhookEvent.CERTIFICATES_REPORTED: Text("证书数据已报送", "data of the certificates of a round were reported"),
    WebhookEvent.CONTEST_GRANTED: Text("以赛代评已同意", "a certificate was granted for an award"),
    WebhookEvent.CONTEST_REFUSED: Text("以赛代评未同意", "a certificate was refused for an award"),
    WebhookEvent.CONTEST_REVOKED: Text("以赛代评所发证书已撤销", "what was granted for an award was revoked"),
    WebhookEvent.SCHEME_SUBMITTED: Text("方案已提交备案", "a version of a scheme was submitted"),
    WebhookEvent.SCHEME_RETURNED: Text("方案被退回", "a version of a scheme was returned"),
    WebhookEvent.SCHEME_RECORDED: Text("方案已备案", "a version of a scheme was put on record"),
    WebhookEvent.SCHEME_ACTIVATED: Text("方案已启用", "a version of a scheme was activated"),
    WebhookEvent.SCHEME_SUSPENDED: Text("方案已暂停", "a version of a scheme was suspended"),
    WebhookEvent.SCHEME_RETIRED: Text("方案已停用", "a version of a scheme was retired"),
    WebhookEvent.ENTERPRISE_LISTED: Text("企业列入试点", "an enterprise came onto the pilot list"),
    WebhookEvent.ENTERPRISE_DELISTED: Text("企业移出试点", "an enterprise was taken off the pilot list"),
}
STATES: Final = {
    WebhookState.ACTIVE: Text("启用中", "is told of what happens"),
    WebhookState.PAUSED: Text("已暂停，事件保留待发", "is told of nothing for now; what happens waits for it"),
    WebhookState.ENDED: Text("已终止", "is over for good"),
}
CAUSES: Final = {
    WebhookCause.ASKED: Text("人工操作", "somebody asked for it"),
    WebhookCause.FAILING: Text("长时间投递失败", "nothing reached it for long"),
    WebhookCause.GONE: Text("对方声明地址已永久失效（410）", "the receiver said that it is gone (410)"),
}
DELIVERY_STATES: Final = {
    DeliveryState.WAITING: Text("待投递", "is yet to be delivered"),
    DeliveryState.DELIVERED: Text("已送达", "was answered with 2xx"),
    DeliveryState.FAILED: Text("未送达，不再重试", "was given up"),
}
DELIVERY_ERRORS: Final = {
    DeliveryError.ADDRESS_REFUSED: Text("地址不允许访问", "the address is none that may be called"),
    DeliveryError.NAME_UNKNOWN: Text("域名无法解析", "the name was not resolved"),
    DeliveryError.NOT_CONNECTED: Text("连接失败或中断", "there was no connection, or it broke"),
    DeliveryError.TIMED_OUT: Text("超时", "it took too long"),
    DeliveryError.REDIRECTED: Text("对方要求重定向，不予跟随", "it redirects, which is not followed"),
    DeliveryError.STATUS: Text("对方返回非2xx状态", "it answered with another status than 2xx"),
    DeliveryError.GONE: Text("对方返回410，订阅终止", "it answered with 410, which ends the subscription"),
    DeliveryError.UNSIGNED: Text("签名密钥无法打开", "the signing secret could not be opened"),
    DeliveryError.TOO_OLD: Text("超过最长重试时间", "it was tried for as long as anything is"),
    DeliveryError.ENDED: Text("订阅已终止", "the subscription ended"),
}


def checked_url(url: str, *, may_be_loopback: bool) -> str:
    """An address that may be told. Which network it leads to is looked at again whenever it is called."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refused("格式有误", "it is no address") from None
    if len(url) > LONGEST_URL or not _PLAIN.fullmatch(url) or "\\" in url or not host or parts.fragment:
        raise _refused("格式有误", "it is no address")
    if parts.username is not None or parts.password is not None:
        raise _refused("不得含用户名或密码", "it must not hold a name or a password")
    if may_be_loopback and parts.scheme == "http" and host in LOOPBACK:
        return url
    if parts.scheme != "https":
        raise _refused("须以 https:// 开头", "it must begin with https://")
    if port is not None and port != 443 and port < _WELL_KNOWN:
        raise _refused("端口须为 443 或不小于 1024", "its port must be 443 or at least 1024")
    return url


def _refused(zh: str, en: str) -> GuantongError:
    return GuantongError(
        ErrorCode.BAD_ARGUMENT,
        Text(
            f"接收地址{zh}；请填写如 https://hooks.example/guantong 的地址",
            f"this cannot be told of anything: {en}; give an address such as https://hooks.example/guantong",
        ),
        where=Where(entry="url"),
    )
