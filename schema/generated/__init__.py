"""What schemes add to the graph, made from what they have published: names, types and fields."""
