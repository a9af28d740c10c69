"""Private tools that every module may import."""
