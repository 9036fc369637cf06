"""What is asked of energy readings and cannot be answered."""
