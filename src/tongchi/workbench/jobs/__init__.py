"""Work in the background: asked for by commands, leased by workers, its effect written once however often a worker dies."""
