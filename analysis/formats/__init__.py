"""Files in, JSON out: how a statistician uses this library on any two-group repeated survey."""
