"""Collaborate or protect? Games between regions: closed forms that are known, and an engine on any network."""
