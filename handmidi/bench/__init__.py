"""How fast this machine plays: trackers, whole sessions, start-up."""
