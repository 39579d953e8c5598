"""The catalog as a workbook: read by its headers, written with its lists, handed back marked."""
