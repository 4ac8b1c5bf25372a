"""What a running link does, told to an MQTT broker."""
