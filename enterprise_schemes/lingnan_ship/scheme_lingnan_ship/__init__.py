"""Example scheme of 岭南船舶示例企业: data only, no code."""
