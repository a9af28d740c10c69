"""What all HTML pages share: parts, style, script, figures, and how they are written."""
