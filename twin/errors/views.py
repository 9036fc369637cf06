"""What is asked of views and water over the terrain and cannot be answered."""
