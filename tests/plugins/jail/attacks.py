"""Every attack by name."""

from tests.plugins.jail.attack import Attack
from tests.plugins.jail.attacks_by_answering import ENDINGS, FORGERIES, POISON, TAKING
from tests.plugins.jail.attacks_on_secrets import CONNECTIONS, SECRETS
from tests.plugins.jail.attacks_on_the_host import LIMITS, PROCESSES, WRITING

ALL = (
    *SECRETS,
    *CONNECTIONS,
    *WRITING,
    *PROCESSES,
    *LIMITS,
    *FORGERIES,
    *ENDINGS,
    *TAKING,
    *POISON,
)
ATTACKS: dict[str, Attack] = {attack.name: attack for attack in ALL}
