"""The picture of the network, and one writer per notation."""
