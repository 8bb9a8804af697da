"""Every list of the site as a table to take away: CSV and workbook, of what the actor may see."""

from tongchi.workbench.exports.files import to_csv, to_xlsx
from tongchi.workbench.exports.tables import OF_ALL, OF_ONE, Column, Table

__all__ = ["OF_ALL", "OF_ONE", "Column", "Table", "to_csv", "to_xlsx"]
