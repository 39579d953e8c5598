"""Example scheme of 越秀轨道示例企业: data only, no code."""
