"""Text that people read, always in both languages: Chinese first, English beside it."""

from typing import NamedTuple


class Text(NamedTuple):
    """One message, name or explanation in Chinese and English."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


def join(parts: "list[Text] | tuple[Text, ...]", zh: str = "；", en: str = "; ") -> Text:
    """Join texts with the punctuation of each language."""
    return Text(zh.join(p.zh for p in parts), en.join(p.en for p in parts))


def shorten(value: str, most: int = 80) -> str:
    """At most ``most`` characters, with control characters made visible."""
    visible = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in value[: most + 1])
    return visible if len(visible) <= most else visible[: most - 1] + "…"
