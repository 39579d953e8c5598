"""Which schemes run, as one request sees it, and which of those that it asked for do not."""

from datetime import date

from core.schemes import Scheme, SchemeSource


class Running:
    """The schemes that run on a day, the same throughout a request.

    ``withheld`` are those that were asked for and do not run: what hangs on them is left out of the answer.
    """

    def __init__(self, schemes: SchemeSource, day: date) -> None:
        self._schemes, self._day = schemes, day
        self._found: dict[tuple[str, str], Scheme | None] = {}
        self.withheld: set[str] = set()

    def scheme(self, enterprise: str, key: str) -> Scheme | None:
        """The scheme that runs; where none does, the answer will say so beside its data."""
        asked = enterprise, key
        if asked not in self._found:
            recorded = self._schemes.recorded(enterprise, self._day)
            self._found[asked] = next((one for one in recorded if one.key == key), None)
        if self._found[asked] is None:
            self.withheld.add(key)
        return self._found[asked]

    def attempt(self) -> "Running":
        """The same, apart from what is withheld: for an answer that may yet be thrown away."""
        other = Running(self._schemes, self._day)
        other._found = self._found
        return other
