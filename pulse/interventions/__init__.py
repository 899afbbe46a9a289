"""The ten rules and when a company adopted them. Tables: adoptions."""
