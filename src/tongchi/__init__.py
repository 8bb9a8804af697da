"""Tongchi: compare regions' rules with one yardstick."""
