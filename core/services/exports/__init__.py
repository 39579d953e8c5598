"""Lists that leave the system (导出): asked for, made as a job, kept sealed until they expire."""
