"""The pages around: landing, sign-in, demo, health."""
