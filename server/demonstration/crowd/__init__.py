"""An invented city of any size, by bulk paths: for measurements, and to look at screens as full as they will be."""
