"""What cameras show now: fetched when somebody looks, handed on, kept nowhere."""
