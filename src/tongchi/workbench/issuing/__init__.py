"""What is a joint standard, once issued? One frozen source (`content`), and docx, PDF, Akoma Ntoso XML and JSON made from it alone."""
