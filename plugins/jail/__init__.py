"""The jail: where a scheme's own Python runs, in a fresh process that can compute and answer and nothing else.

Two halves. The *inside* (``zygote``, ``worker`` and what they import) needs the standard library, pluggy and
``plugins.api`` alone, and is loaded before any of a scheme's text arrives. The *host* (``jail`` and what it imports)
never runs a scheme's code: it sends text down a pipe and reads bounded, plain answers.
"""
