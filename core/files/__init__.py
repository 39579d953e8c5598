"""Files that somebody else made: zip archives and workbooks, looked through before anything that trusts them."""
