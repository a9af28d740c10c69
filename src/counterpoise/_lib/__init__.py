"""Private tools that every part of the library may use."""
