"""Results to what people and programs read: JSON, a page, a workbook, the terminal."""
