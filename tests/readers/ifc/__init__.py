"""Tests of the IFC reader."""
