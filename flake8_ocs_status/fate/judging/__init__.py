"""Call sites and the fates there, and what they add up to."""
