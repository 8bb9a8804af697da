"""What do the exit codes of a command say?"""

BROKEN_LOG = 1
BAD_INPUT = 2
SOME_FILES_BAD = 3
INTERRUPTED = 130
