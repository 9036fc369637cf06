"""Pipe survey point and line tables (CJJ 61-2017)."""
