"""The bars of the workbench: load, kills, backup under load, size. Each runs by itself; `make bars-workbench` runs all."""
