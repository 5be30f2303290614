"""From accesses to findings."""
