"""HTTP plumbing: access, transactions, error pages, sessions, headers, forms. Knows no room."""
