"""The toolbox every room may use; it knows no domain."""
