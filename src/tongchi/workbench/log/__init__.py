"""What was done, by whom, in which order, and how does somebody who trusts nobody check it?

`chain.append` writes, `chain.export` hands out, `verify` checks (standard library only, to be run outside the site), `checkpoints`
signs the head, `guards` makes the database itself refuse a change.
"""
