"""Everything that changes anything: `command(actor, …, now=…)` checks the role, writes the rows and the log in one transaction."""
