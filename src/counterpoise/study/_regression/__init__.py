"""The study of a continuous target: what differs from a study of classes."""
