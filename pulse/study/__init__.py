"""The author's question over companies: plans frozen beforehand, evidence files, one answer."""
