"""The only place that knows every stage: live sessions, and what is made of a take."""
