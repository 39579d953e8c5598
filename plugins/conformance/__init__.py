"""Conformance (符合性检验): a scheme's own Python put to the test in the jail, the same at home and at the bureau.

Tabulated scorers are run on every cell, twice, and what they gave is proved; computed facts are probed at corners, on a
grid and by Hypothesis, which shrinks what it finds. Nothing here runs a scheme's code itself: the jail does.
"""
