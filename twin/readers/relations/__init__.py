"""Relations between things: turtle (Brick, SSN, BOT) and CSV."""
