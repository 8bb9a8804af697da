"""What do the exit codes of a command say?"""

BAD_INPUT = 2
SOME_FILES_BAD = 3
INTERRUPTED = 130
