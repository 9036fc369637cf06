"""Recipes of campuses: code that writes what a surveyor would deliver. No binaries are kept here."""
