"""Evaluation rounds (评价批次): their steps, clocks, committees, recusal, results and numbers. Pure: no storage."""
