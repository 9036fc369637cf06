"""Existing 3D Tiles sets, oblique photography above all: looked through and placed, never copied."""
