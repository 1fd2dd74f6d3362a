"""The ocs-fix door: findings in, edited files out."""
