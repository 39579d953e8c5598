"""Policy packs: every year count, threshold, date and list of the policy as dated, cited data."""
