"""The fields of the root, one field of knowledge a file."""
