"""The dashboard in a browser: a small web server on this machine only, behind a secret token.

Each page that is opened is a dashboard of its own, in a process of its own; beside it the results
are served as files. It builds on textual-serve (the page's terminal, and what is said to it).
"""
