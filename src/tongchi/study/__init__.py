"""What does the whole of the evidence come to? One folder with texts, events and answers through every analysis."""
