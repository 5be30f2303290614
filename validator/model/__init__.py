"""The AWS estate that the inputs would make: one model for both vocabularies."""
