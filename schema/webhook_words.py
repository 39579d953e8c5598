"""What the values of the enums about telling other systems mean, as ``job_words`` says it of long work."""

from core.webhooks import (
    CAUSES,
    DELIVERY_ERRORS,
    DELIVERY_STATES,
    EVENTS,
    STATES,
    DeliveryError,
    DeliveryState,
    WebhookCause,
    WebhookEvent,
    WebhookState,
)
from schema.enums import describe, sentence

describe(WebhookEvent, "What other systems are told of. 通知事件类型", lambda one: sentence(EVENTS[one]))
describe(WebhookState, "Whether a subscription is told. 订阅状态", lambda one: sentence(STATES[one]))
describe(WebhookCause, "Why a subscription is not told. 暂停或终止原因", lambda one: sentence(CAUSES[one]))
describe(
    DeliveryState,
    "How far a delivery has come. 投递状态",
    lambda one: sentence(DELIVERY_STATES[one]),
    name="WebhookDeliveryState",
)
describe(
    DeliveryError,
    "Why a delivery came to nothing. 投递失败原因",
    lambda one: sentence(DELIVERY_ERRORS[one]),
    name="WebhookDeliveryError",
)
