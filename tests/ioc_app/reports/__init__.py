"""Duty reports."""
