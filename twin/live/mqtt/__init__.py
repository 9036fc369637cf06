"""Messages from MQTT brokers: ``settings`` says which and what they mean, ``payload`` reads one, ``consumer`` keeps
them.
"""
