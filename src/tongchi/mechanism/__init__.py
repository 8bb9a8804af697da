"""What stage is the collaboration in, what binds it, and what would move it? Indices, stages, dynamics, game, diagnosis."""
