"""What is asked of a section, a clearance or a dig and cannot be answered."""
