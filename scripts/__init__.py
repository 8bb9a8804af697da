"""Programs that make or measure what ships: training, evaluation, documentation."""
