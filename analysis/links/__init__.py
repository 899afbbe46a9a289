"""What goes with friction: the rules people are seen to follow, and facts from the books."""
