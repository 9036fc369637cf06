"""Alarms: journal entries folded into what stands, what people did about it, and what belongs together."""
