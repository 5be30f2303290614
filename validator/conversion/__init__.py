"""From declared resources, in either vocabulary, to the Topology."""
