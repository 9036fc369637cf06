"""Functions of tables, used by the app, the command line and notebooks alike."""
