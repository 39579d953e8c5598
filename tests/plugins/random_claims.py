"""Random claims over a few amounts, small enough that every person can be tried."""

from hypothesis import strategies as st

from plugins.rules.claims import MONTHS, AllOf, AnyOf, Claim, Need

LIMITS = {MONTHS: 36, "papers": 2, "honours": 3, "improvements": 4}
KEYS = tuple(LIMITS)

single = st.builds(lambda key, amount: Need((key,), amount), st.sampled_from(KEYS[1:]), st.integers(0, 5))
sums = st.builds(
    lambda keys, amount: Need(tuple(keys), amount),
    st.lists(st.sampled_from(KEYS[1:]), min_size=2, max_size=3, unique=True),
    st.integers(0, 10),
)
waits = st.builds(lambda years: Need((MONTHS,), years * 12), st.integers(0, 4))


def _nested(parts: st.SearchStrategy[Claim]) -> st.SearchStrategy[Claim]:
    few = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.builds(AllOf, few) | st.builds(AnyOf, few)


claims: st.SearchStrategy[Claim] = st.recursive(single | sums | waits, _nested, max_leaves=7)
