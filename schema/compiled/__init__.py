"""Compiled reads: what a query asks for, as one statement that builds the answer's text in the database.

``declared``   what a field says of itself: which column, which rows, which page
``selected``   a document, as a tree of what is asked for
``inputs``     arguments, apart from their values
``text``       JSON as SQL text, in two dialects
``leaves``     a column as the text of a leaf
``objects``    a row as the text of an object, and what hangs on it
``pages``      a connection
``nodes``      nodes by their ids
``facts``      what schemes add, by which of them run
``plans``      a tree as a statement with places for values
``plain``      an object of the graph as plain values
``filling``    what fills holes of an answer, and with what
``known``      the holes of an answer, filled in
``reads``      a request: its plan found or made, its values filled in, its answer put together

The resolvers are the reference: whatever is not declared, and whatever goes wrong here, they answer.
"""
