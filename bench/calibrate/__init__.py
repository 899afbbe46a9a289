"""How often Pulse is wrong, measured: thousands of simulated companies, every rule, every look."""
