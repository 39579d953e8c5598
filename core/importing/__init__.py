"""Reading lists that offices keep: which columns a kind of list has, how cells are read, what is wrong with them.

Pure: nothing is looked up in storage and nothing stored.
"""
