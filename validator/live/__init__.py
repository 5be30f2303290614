"""Asking AWS for what the inputs leave open, read-only and only when asked to. Imported only then; boto3 only where AWS is really asked."""
